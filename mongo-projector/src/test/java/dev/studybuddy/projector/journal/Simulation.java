package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.HistoryGenerator;
import dev.studybuddy.projector.deadletter.DeadLetterStores;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.Sums;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Runs several instances over one faulty store. Each instance works on every partition as if it were the only owner,
 * and runs the batches of several partitions in groups. A step of one instance can run between any two steps of
 * another, and any journal may be discarded and opened again.
 */
final class Simulation {

    private static final int INSTANCES = 3;
    private static final int STEPS = 12;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC);

    private static final DeadLetterSink DEAD_LETTERS = DeadLetterStores.create();

    private final ReadModel model;
    private final Random random;
    private final Mutant mutant;
    private final List<JournalKey> keys = new ArrayList<>();
    private final Map<JournalKey, RandomHistory> histories = new HashMap<>();
    private final TaskInterleaver interleaver;
    private final FaultyMongo mongo;
    private final BatchGroupRunner groupRunner;

    /** The server refuses each write of this document permanently; null if it accepts all. */
    private final @Nullable Unacceptable unacceptable;

    /**
     * An unacceptable document is one that the server refuses permanently.
     *
     * @param inexactRollups the ids of the rollups that need not be exact, because the projector cannot read what the
     *     document contributed before
     */
    private record Unacceptable(String collection, String id, Set<String> inexactRollups) {}

    Simulation(ReadModel model, long seed, int aggregates, int records, Mutant mutant) {
        this.model = model;
        this.random = new Random(seed);
        this.mutant = mutant;
        this.interleaver = new TaskInterleaver(random);
        this.mongo = new FaultyMongo(random, mutant, interleaver::maybeSwitch);
        this.groupRunner = new BatchGroupRunner(mongo, DEAD_LETTERS);
        for (AggregateType type : List.of(AggregateType.TODO, AggregateType.SESSION)) {
            for (int partition = 0; partition < 2; partition++) {
                JournalKey key = new JournalKey(model, 1, type, partition);
                keys.add(key);
                histories.put(
                        key,
                        new RandomHistory(
                                type, type.code() + partition, aggregates, random.nextInt(records) + 1, random));
                mongo.documents().insert(key.journalCollection(), Journal.createInitial(key.journalId(), 0));
            }
        }
        this.unacceptable = pickUnacceptable();
        if (unacceptable != null) {
            mongo.refusals().refuseAlways(unacceptable.collection(), unacceptable.id());
        }
    }

    /** Picks a document of the result in a part of the histories, because MongoDB may refuse any document. */
    private @Nullable Unacceptable pickUnacceptable() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> pickRollup();
            case 2 -> pickMirror();
            case 3 -> pickDeadLetter();
            default -> null;
        };
    }

    private @Nullable Unacceptable pickRollup() {
        String id = pick(expectedRollups().keySet());
        return id == null ? null : new Unacceptable(model.rollups() + Names.suffix(1), id, Set.of(id));
    }

    private @Nullable Unacceptable pickMirror() {
        JournalKey key = keys.get(random.nextInt(keys.size()));
        String id = pick(histories.get(key).lastEvents().keySet());
        if (id == null) {
            return null;
        }
        Set<String> inexact = new TreeSet<>();
        histories
                .get(key)
                .states(id)
                .forEach(state -> model.contribute((rollup, path, amount) -> inexact.add(rollup.id()), state, 1));
        return new Unacceptable(key.mirrorCollection(), id, inexact);
    }

    private @Nullable Unacceptable pickDeadLetter() {
        String id = pick(expectedDeadLetters());
        return id == null ? null : new Unacceptable(Names.DEAD_LETTERS, id, Set.of());
    }

    private @Nullable String pick(Set<String> ids) {
        return ids.isEmpty() ? null : List.copyOf(ids).get(random.nextInt(ids.size()));
    }

    private Set<String> expectedDeadLetters() {
        Set<String> expected = new TreeSet<>();
        keys.forEach(key -> expected.addAll(histories.get(key).deadLetterIds()));
        return expected;
    }

    private Map<String, Map<String, Long>> expectedRollups() {
        Sums sums = new Sums();
        for (JournalKey key : keys) {
            histories.get(key).lastEvents().values().forEach(last -> model.contribute(sums, last.state(), 1));
        }
        Map<String, Map<String, Long>> expected = new TreeMap<>();
        sums.forEach((key, amounts) -> expected.put(key.id(), amounts));
        return expected;
    }

    /**
     * Runs the simulation to its end. Returns a description of the first difference, or an empty string if all is
     * exact.
     */
    String run() {
        interleaver.run(Collections.nCopies(INSTANCES, this::runInstance));
        mongo.stopFaults();
        for (JournalKey key : keys) {
            PartitionJournal journal = createJournal(key);
            RandomHistory history = histories.get(key);
            List<DecodedRecord> rest = history.recordsFrom(journal.recover());
            while (!rest.isEmpty()) {
                PartitionBatch batch = journal.beginBatch(
                        rest.subList(0, Math.min(7, rest.size())).iterator(), offset -> Optional.of(1));
                groupRunner.run(List.of(batch));
                if (!batch.isApplied()) {
                    return key + ": the only instance could not decide a batch";
                }
                rest = history.recordsFrom(journal.hi());
            }
            journal.recordDone(history.endOffset());
            if (journal.done() != history.endOffset()) {
                return key + ": done is " + journal.done() + " but the end offset is " + history.endOffset();
            }
        }
        return findDifference();
    }

    private void runInstance() {
        Map<JournalKey, PartitionJournal> journals = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            List<PartitionBatch> batches = new ArrayList<>();
            Map<PartitionJournal, Long> positions = new LinkedHashMap<>();
            List<JournalKey> shuffled = new ArrayList<>(keys);
            Collections.shuffle(shuffled, random);
            for (JournalKey key : shuffled.subList(0, 1 + random.nextInt(keys.size()))) {
                if (random.nextInt(20) == 0) {
                    journals.remove(key);
                }
                PartitionBatch batch = beginStep(key, journals.computeIfAbsent(key, this::createJournal), positions);
                if (batch != null) {
                    batches.add(batch);
                }
            }
            recordDone(positions);
            runGroup(batches);
        }
    }

    /** Records the positions of several partitions with one command. If it fails, each journal loses its position. */
    private void recordDone(Map<PartitionJournal, Long> positions) {
        try {
            groupRunner.recordDone(positions);
        } catch (FencedSessionLostException | TemporaryRefusalException lost) {
            positions.keySet().forEach(PartitionJournal::close);
        }
    }

    /**
     * Recovers a journal if necessary. Then records a position, adds it to those that are recorded together, or begins
     * a batch and returns it.
     */
    private @Nullable PartitionBatch beginStep(
            JournalKey key, PartitionJournal journal, Map<PartitionJournal, Long> positions) {
        try {
            if (journal.needsRecovery()) {
                journal.recover();
            }
            RandomHistory history = histories.get(key);
            List<DecodedRecord> rest = history.recordsFrom(journal.hi());
            if (rest.isEmpty() || random.nextInt(10) == 0) {
                long position = mutant == Mutant.POSITION_SKIPS_WAITING_RECORDS || rest.isEmpty()
                        ? history.endOffset()
                        : rest.getFirst().offset();
                long end = random.nextBoolean() ? position : journal.hi();
                if (random.nextInt(3) == 0) {
                    journal.recordDone(end);
                } else {
                    positions.put(journal, end);
                }
                return null;
            }
            return journal.beginBatch(
                    rest.subList(0, random.nextInt(Math.min(8, rest.size())) + 1)
                            .iterator(),
                    offset -> Optional.of(1));
        } catch (FencedSessionLostException | TemporaryRefusalException lost) {
            if (!journal.needsRecovery()) {
                journal.close();
            }
            return null;
        }
    }

    /** Runs a group. Afterwards each journal whose batch is not applied has no position. */
    private void runGroup(List<PartitionBatch> batches) {
        if (batches.isEmpty()) {
            return;
        }
        try {
            groupRunner.run(batches);
        } catch (FencedSessionLostException | TemporaryRefusalException lost) {
            assertThat(batches).as("the batches of a lost group").noneMatch(PartitionBatch::isApplied);
        }
    }

    private PartitionJournal createJournal(JournalKey key) {
        BatchPlanner planner = new BatchPlanner(key.model(), CLOCK);
        // In each second partition, the cache has room for only about two mirrors.
        MirrorCacheMemory memory = new MirrorCacheMemory(key.partition() == 0 ? 1_000_000 : 2_500);
        return new PartitionJournal(
                key,
                mongo,
                DEAD_LETTERS,
                FaultyPlanFactory.of(mutant, planner),
                FaultyMirrorCache.of(mutant, memory),
                new RecoveryMemory(Long.MAX_VALUE));
    }

    private String findDifference() {
        String ofMirrors = findDifferentMirror();
        String ofRollups = findDifferentRollup();
        String ofDeadLetters = findDifferentDeadLetter();
        Map<String, Document> marks = mongo.documents().collection(Names.BROKEN);
        Set<String> expectedMarks =
                unacceptable == null || unacceptable.collection().equals(Names.DEAD_LETTERS)
                        ? Set.of()
                        : Set.of(unacceptable.collection() + '/' + unacceptable.id());
        String ofMarks = expectedMarks.equals(marks.keySet())
                ? ""
                : "expected the marks " + expectedMarks + " but found " + marks;
        return Stream.of(ofMirrors, ofMarks, ofRollups, ofDeadLetters)
                .filter(difference -> !difference.isEmpty())
                .findFirst()
                .orElse("");
    }

    private String findDifferentMirror() {
        for (JournalKey key : keys) {
            String collection = key.mirrorCollection();
            for (DecodedRecord.Event last : histories.get(key).lastEvents().values()) {
                String id = last.state().id();
                Document expected = isUnacceptable(collection, id)
                        ? new Document()
                        : normalize(StoredDocuments.of(
                                MirrorState.toChange(last, CLOCK.instant()).document()));
                Document mirror =
                        normalize(mongo.documents().collection(collection).get(id));
                if (!expected.equals(mirror)) {
                    return "expected mirror " + expected + " but found " + mirror;
                }
            }
        }
        return "";
    }

    private String findDifferentRollup() {
        Map<String, Map<String, Long>> expected = expectedRollups();
        Map<String, Map<String, Long>> actual = new TreeMap<>(HistoryGenerator.shown(
                mongo.documents().collection(model.rollups() + Names.suffix(1)).values()));
        if (unacceptable != null) {
            expected.keySet().removeAll(unacceptable.inexactRollups());
            actual.keySet().removeAll(unacceptable.inexactRollups());
        }
        return expected.equals(actual) ? "" : "expected rollups " + expected + " but found " + actual;
    }

    /** The dead letter that the server refuses with its value must be stored without it, and all others with it. */
    private String findDifferentDeadLetter() {
        Set<String> expected = expectedDeadLetters();
        Map<String, Document> stored = mongo.documents().collection(Names.DEAD_LETTERS);
        if (!expected.equals(stored.keySet())) {
            return "expected dead letters " + expected + " but found " + stored.keySet();
        }
        for (Map.Entry<String, Document> one : stored.entrySet()) {
            boolean omitted = isUnacceptable(Names.DEAD_LETTERS, one.getKey());
            if (one.getValue().getBoolean("valueOmitted", false) != omitted
                    || (one.getValue().get("value") == null) != omitted) {
                return "expected a dead letter " + (omitted ? "without" : "with") + " its value but found "
                        + one.getValue();
            }
        }
        return "";
    }

    private boolean isUnacceptable(String collection, String id) {
        return unacceptable != null
                && unacceptable.collection().equals(collection)
                && unacceptable.id().equals(id);
    }

    private static Document normalize(@Nullable Document document) {
        return document == null ? new Document() : Document.parse(document.toJson());
    }
}
