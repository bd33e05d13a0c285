package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class GlobalTotalsSelectionsTest {

    private static final int LIMIT = 10;

    private final SimulatedTotals totals = new SimulatedTotals();

    /** Holds global documents and users' amounts in memory. */
    private static final class SimulatedTotals implements GlobalTotals {

        private final Map<String, Map<String, Long>> documents = new TreeMap<>();
        private final List<Map.Entry<String, Map<String, Long>>> userAmounts = new ArrayList<>();
        private int reads;

        void add(String id, String path, long ofDocument, long ofUsers) {
            if (ofDocument != 0) {
                documents.computeIfAbsent(id, any -> new HashMap<>()).put(path, ofDocument);
            }
            if (ofUsers != 0) {
                userAmounts.add(Map.entry(id, Map.of(path, ofUsers)));
            }
        }

        @Override
        public boolean hasMoreSubjectsThan(int number) {
            return documents.size() > number;
        }

        @Override
        public void read(Visitor visitor) {
            reads++;
            documents.forEach((id, amounts) -> {
                visitor.acceptDocument(id, id);
                amounts.forEach((path, amount) -> visitor.acceptAmount(id, path, amount));
            });
            userAmounts.forEach(user ->
                    user.getValue().forEach((path, amount) -> visitor.acceptAmount(user.getKey(), path, -amount)));
        }

        @Override
        public Map<String, Object> readWatermarks(Collection<String> ids) {
            return ids.stream().filter(documents::containsKey).collect(Collectors.toMap(id -> id, id -> id));
        }
    }

    @Test
    void manySubjectsWithoutDifferencesAreReadOnce() {
        IntStream.range(0, 1000).forEach(n -> totals.add("all:*:subject " + n, "minutes", n, n));

        assertThat(new GlobalTotalsSelections(totals, LIMIT).next()).isNull();
        assertThat(totals.reads).isOne();
    }

    @RepeatedTest(50)
    void allDifferencesAreFoundWhateverTheNumberOfDocuments(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Map<String, Map<String, Long>> expected = new HashMap<>();
        int ids = 1 + random.nextInt(4 * LIMIT);
        for (int n = 0; n < ids; n++) {
            String id = "all:*:subject " + n;
            for (String path : List.of("minutes", "points")) {
                long ofUsers = random.nextInt(3);
                long ofDocument = random.nextInt(3) == 0 ? random.nextInt(3) : ofUsers;
                totals.add(id, path, ofDocument, ofUsers);
                if (ofDocument != ofUsers) {
                    expected.computeIfAbsent(id, any -> new HashMap<>()).put(path, ofDocument - ofUsers);
                }
            }
        }

        List<GlobalTotalsSelection.Sample> samples = samples();

        assertThat(samples)
                .allSatisfy(sample -> assertThat(sample.differences()).hasSizeLessThanOrEqualTo(2 * LIMIT));
        assertThat(samples.stream()
                        .flatMap(sample -> sample.differences().entrySet().stream())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .isEqualTo(expected);
    }

    @Test
    void manySubjectsWithoutDocumentsAreComparedInSeveralReads() {
        IntStream.range(0, 1000).forEach(n -> totals.add("all:*:subject " + n, "minutes", 0, 1));

        List<GlobalTotalsSelection.Sample> samples = samples();

        assertThat(samples)
                .allSatisfy(sample -> assertThat(sample.differences()).hasSizeLessThanOrEqualTo(2 * LIMIT));
        assertThat(samples.stream()
                        .mapToInt(sample -> sample.differences().size())
                        .sum())
                .isEqualTo(1000);
    }

    @Test
    void differencesOfOppositeAmountsInOneBucketAreFound() {
        DocumentHash hash = new DocumentHash();
        DifferenceSums sums = new DifferenceSums(hash);
        int bucket = hash.bucketOf("first");
        String second = Stream.iterate(0, n -> n + 1)
                .map(n -> "second " + n)
                .filter(id -> hash.bucketOf(id) == bucket)
                .findFirst()
                .orElseThrow();

        sums.acceptAmount("first", "minutes", 5);
        sums.acceptAmount(second, "minutes", -5);

        assertThat(sums.differingBuckets().stream()).containsExactly(bucket);
    }

    private List<GlobalTotalsSelection.Sample> samples() {
        List<GlobalTotalsSelection.Sample> samples = new ArrayList<>();
        GlobalTotalsSelections selections = new GlobalTotalsSelections(totals, LIMIT);
        GlobalTotalsSelection selection = selections.next();
        while (selection != null) {
            samples.add(selection.sample());
            selection = selections.next();
        }
        return samples;
    }
}
