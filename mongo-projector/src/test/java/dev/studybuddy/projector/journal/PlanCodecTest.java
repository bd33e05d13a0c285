package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.readmodel.RollupKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

class PlanCodecTest {

    private static final List<String> IDS = List.of("anna", "*", "a:b", "", ":", "Größe", "2026", "😀");
    private static final List<String> SUBJECTS = List.of("Math", "a.b", "%2E", "", "$x", "a:b", "*", "%", "Größe");
    private static final List<String> PATHS =
            List.of("points", "bySubject.Math.studyMinutes", "active.23", "bySubject.%2E.x", "w", "😀");
    private static final long[] AMOUNTS = {1, -1, 63, -64, 64, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE};

    @Test
    void everyPlanIsDecodedAsItWasEncoded() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 500; run++) {
            Plan plan = randomPlan(random);

            assertThat(PlanCodec.decode(PlanCodec.encode(plan)))
                    .as("run %d; repeat it with -Dseed=%d", run, seed)
                    .isEqualTo(plan);
        }
    }

    @Test
    void anEmptyPlanNeedsFewBytes() {
        byte[] encoded = PlanCodec.encode(Plan.EMPTY);

        assertThat(encoded).hasSizeLessThan(16);
        assertThat(PlanCodec.decode(encoded)).isEqualTo(Plan.EMPTY);
    }

    @Test
    void aPlanOfManyRollupsIsMuchSmallerThanItsDocument() {
        List<RollupChange> rollups = new ArrayList<>();
        for (int user = 0; user < 1_000; user++) {
            RollupKey key = RollupKey.ofUser("2026-11-23", "user-" + user);
            rollups.add(new RollupChange(
                    key.id(),
                    RollupFields.of(key),
                    Map.of("points", 20L, "studyMinutes", 20L, "bySubject.Math.studyMinutes", 20L)));
        }
        Plan plan = new Plan(rollups, List.of(), List.of());

        int asDocument = StoredDocuments.sizeOf(new Journal(1, 0, plan).toDocument("todo-0", PlanFormat.DOCUMENT));
        int asBinary = StoredDocuments.sizeOf(new Journal(1, 0, plan).toDocument("todo-0", PlanFormat.BINARY));

        assertThat(asBinary).isLessThan(asDocument / 5);
    }

    @Test
    void damagedBytesAreAnErrorAndNeverAnotherPlan() {
        Random random = new Random(7);
        byte[] encoded = PlanCodec.encode(randomPlan(random));

        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> PlanCodec.decode(cut)).isInstanceOf(IllegalStateException.class);
        }
        byte[] unknownFormat = encoded.clone();
        unknownFormat[0] = 99;
        assertThatThrownBy(() -> PlanCodec.decode(unknownFormat)).hasMessageContaining("unknown format 99");
    }

    @Test
    void aJournalKeepsTheFormatWithWhichItWasCreated() {
        Plan plan = randomPlan(new Random(3));

        assertThat(Journal.formatOf(StoredDocuments.of(Journal.createInitial("todo-0", 5))))
                .isEqualTo(PlanFormat.BINARY);
        assertThat(PlanFormat.values()).allSatisfy(format -> {
            Document stored = StoredDocuments.of(new Journal(9, 5, plan).toDocument("todo-0", format));
            assertThat(Journal.formatOf(stored)).isEqualTo(format);
            assertThat(Journal.of(stored)).isEqualTo(new Journal(9, 5, plan));
        });
    }

    private static Plan randomPlan(Random random) {
        List<RollupChange> rollups = new ArrayList<>();
        for (int n = random.nextInt(8); n > 0; n--) {
            rollups.add(randomRollup(random));
        }
        List<MirrorChange> mirrors = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            mirrors.add(MirrorChange.of(new Document("_id", pick(IDS, random))
                    .append("version", random.nextLong())
                    .append("offset", random.nextLong())
                    .append("title", pick(SUBJECTS, random))));
        }
        List<Document> deadLetters = new ArrayList<>();
        for (int n = random.nextInt(3); n > 0; n--) {
            deadLetters.add(new Document("_id", pick(IDS, random))
                    .append("value", new Binary(pick(SUBJECTS, random).getBytes(StandardCharsets.UTF_8)))
                    .append("firstAt", Date.from(Instant.ofEpochMilli(random.nextInt())))
                    .append("headers", List.of(new Document("key", "x").append("value", null))));
        }
        return new Plan(rollups, mirrors, deadLetters);
    }

    private static RollupChange randomRollup(Random random) {
        String period = pick(List.of("all", "2026", "2026-W48", "2026-11-23"), random);
        RollupKey key = switch (random.nextInt(3)) {
            case 0 -> RollupKey.ofUser(period, pick(IDS, random));
            case 1 -> RollupKey.ofAllUsers(period);
            default -> RollupKey.ofSubject(period, pick(SUBJECTS, random));
        };
        Document fields = RollupFields.of(key);
        if (random.nextInt(10) == 0) {
            fields.append("more", random.nextInt());
        }
        Map<String, Long> amounts = new LinkedHashMap<>();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            amounts.put(pick(PATHS, random), AMOUNTS[random.nextInt(AMOUNTS.length)]);
        }
        return new RollupChange(random.nextInt(10) == 0 ? "other" : key.id(), fields, amounts);
    }

    private static String pick(List<String> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
