package dev.studybuddy.projector.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.projector.decode.StateDocuments;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.UnsupportedSession;
import dev.studybuddy.projector.mongo.WriteRefusal;
import dev.studybuddy.readmodel.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.junit.jupiter.api.Test;

/**
 * Applies a backlog in which every record belongs to another user, so that each batch is full long before 5000 records.
 */
class WideBacklogTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final int RECORDS = 5_000;
    private static final String SUBJECT = "Größenlehre und Zahlentheorie";

    private static final DocumentCodec CODEC = new DocumentCodec();

    private final Map<String, Integer> reads = new HashMap<>();
    private final Map<Long, Integer> plans = new HashMap<>();
    private final List<Integer> planBytes = new ArrayList<>();

    @Test
    void eachRecordIsReadOnceAndPlannedOnceInBoundedBatches() {
        List<DecodedRecord> backlog = new ArrayList<>();
        for (int n = 0; n < RECORDS; n++) {
            backlog.add(event(n));
        }
        JournalKey key = new JournalKey(new StudyWithAggregateSums(), 1, AggregateType.SESSION, 0);
        BatchPlanner planner = new BatchPlanner(key.model(), Clock.fixed(AT, ZoneOffset.UTC));
        Store store = new Store(Journal.createInitial(key.journalId(), 0));
        PartitionJournal journal = new PartitionJournal(
                key,
                store,
                (session, letters) -> {},
                () -> counting(planner.begin()),
                new MirrorCache(new MirrorCacheMemory(0)),
                new RecoveryMemory(0));
        BatchGroupRunner groupRunner = new BatchGroupRunner(store, (session, letters) -> {});
        journal.recover();

        int batches = 0;
        while (journal.hi() < RECORDS) {
            Iterator<DecodedRecord> rest =
                    backlog.subList((int) journal.hi(), RECORDS).iterator();
            PartitionBatch batch = journal.beginBatch(rest, offset -> Optional.empty());
            groupRunner.run(List.of(batch));
            assertThat(batch.isApplied()).isTrue();
            batches++;
        }

        assertThat(batches).isGreaterThan(3);
        assertThat(reads)
                .hasSize(RECORDS)
                .allSatisfy((id, count) -> assertThat(count).isEqualTo(1));
        // Only the record that ends a batch is offered to the next plan again.
        assertThat(plans.values().stream().mapToInt(count -> count - 1).sum()).isEqualTo(batches - 1);
        assertThat(planBytes)
                .hasSize(batches)
                .allSatisfy(bytes -> assertThat(bytes).isBetween(1, (int) BatchPlanner.TARGET_BYTES));
        assertThat(planBytes.getFirst()).isGreaterThan((int) BatchPlanner.TARGET_BYTES / 2);
    }

    @Test
    void aMirrorThatABatchWroteIsReadAgainOnlyAfterThePositionIsLost() {
        JournalKey key = new JournalKey(new StudyWithAggregateSums(), 1, AggregateType.SESSION, 0);
        Store store = new Store(Journal.createInitial(key.journalId(), 0));
        PartitionJournal journal = new PartitionJournal(
                key, store, (session, letters) -> {}, Clock.fixed(AT, ZoneOffset.UTC), new JournalMemory(1_000_000, 0));
        BatchGroupRunner groupRunner = new BatchGroupRunner(store, (session, letters) -> {});
        journal.recover();

        for (int version = 1; version <= 4; version++) {
            int first = 2 * version - 2;
            if (version == 4) {
                journal.recover();
            }
            groupRunner.run(List.of(journal.beginBatch(
                    List.<DecodedRecord>of(event(first, 7, version), event(first + 1, 8, version))
                            .iterator(),
                    offset -> Optional.empty())));
            assertThat(journal.hi()).isEqualTo(first + 2);
            int expectedReads = version == 4 ? 2 : 1;
            assertThat(reads)
                    .hasSize(2)
                    .allSatisfy((id, count) -> assertThat(count).isEqualTo(expectedReads));
        }
    }

    @Test
    void aRecordWhosePlanAloneIsTooLargeIsADeadLetterWithoutItsValue() {
        String name = "x".repeat((int) BatchPlanner.MAX_BYTES);
        DecodedRecord.Event event = event(0);
        RawBsonDocument body =
                new RawBsonDocument(new Document("_id", event.state().id()).append("unknown", name), CODEC);
        DecodedRecord huge = new DecodedRecord.Event(0, 100, AT, event.state(), body, event.toDeadLetter());
        PlanBuilder builder = new BatchPlanner(new StudyWithAggregateSums(), Clock.fixed(AT, ZoneOffset.UTC)).begin();

        assertThat(builder.add(huge, Map.of())).isTrue();
        assertThat(builder.add(event(1), Map.of())).isTrue();

        Plan plan = builder.build();
        assertThat(plan.mirrors()).hasSize(1);
        assertThat(plan.deadLetters()).hasSize(1);
        assertThat(plan.deadLetters().getFirst())
                .containsEntry("reason", "too-large")
                .containsEntry("valueOmitted", true);
        assertThat(documentBytes(plan)).isLessThan(20_000);
    }

    @Test
    void aRecordThatIsTooLargeForTheRestOfABatchBeginsTheNextOne() {
        String name = "x".repeat((int) BatchPlanner.TARGET_BYTES + 1);
        DecodedRecord.Event event = event(1);
        RawBsonDocument body =
                new RawBsonDocument(new Document("_id", event.state().id()).append("unknown", name), CODEC);
        DecodedRecord large = new DecodedRecord.Event(1, 100, AT, event.state(), body, event.toDeadLetter());
        BatchPlanner planner = new BatchPlanner(new StudyWithAggregateSums(), Clock.fixed(AT, ZoneOffset.UTC));

        PlanBuilder first = planner.begin();
        assertThat(first.add(event(0), Map.of())).isTrue();
        assertThat(first.add(large, Map.of())).isFalse();
        PlanBuilder second = planner.begin();
        assertThat(second.add(large, Map.of())).isTrue();
        assertThat(second.add(event(2), Map.of())).isFalse();

        assertThat(first.build().rollups()).hasSameSizeAs(second.build().rollups());
        assertThat(second.build().mirrors()).hasSize(1);
    }

    /** Returns the size of a plan in the format without compression, which is the larger one. */
    private static int documentBytes(Plan plan) {
        return StoredDocuments.sizeOf(new Journal(1, 0, plan).toDocument("session-0", PlanFormat.DOCUMENT));
    }

    private PlanBuilder counting(PlanBuilder real) {
        return new PlanBuilder() {
            @Override
            public boolean needsMirror(String id) {
                return real.needsMirror(id);
            }

            @Override
            public boolean add(DecodedRecord record, Map<String, Supplier<MirrorState>> mirrors) {
                plans.merge(record.offset(), 1, Integer::sum);
                return real.add(record, mirrors);
            }

            @Override
            public void limit(long maxBytes) {
                real.limit(maxBytes);
            }

            @Override
            public long sizeBytes() {
                return real.sizeBytes();
            }

            @Override
            public Plan build() {
                Plan plan = real.build();
                planBytes.add(documentBytes(plan));
                return plan;
            }
        };
    }

    private static DecodedRecord.Event event(long offset) {
        return event(offset, offset, 1);
    }

    private static DecodedRecord.Event event(long offset, long session, long version) {
        SessionState state = new SessionState(
                new UUID(1, session).toString(),
                new UUID(2, session).toString(),
                SUBJECT,
                SessionType.MANUAL,
                25,
                AT,
                LocalDate.of(2026, 11, 23),
                version,
                AT,
                AT);
        RawBsonDocument body = StateDocuments.toMirrorBody(
                EventJson.tree(EventJson.write(state).getBytes(UTF_8)));
        return new DecodedRecord.Event(
                offset,
                500,
                AT,
                state,
                body,
                failure -> new DeadLetter(
                        "t-0-" + offset,
                        DeadLetter.State.OPEN,
                        "t",
                        0,
                        offset,
                        null,
                        null,
                        List.of(),
                        failure.reason(),
                        failure.detail(),
                        0,
                        null,
                        1L,
                        AT,
                        AT));
    }

    /** This store holds one journal and counts the mirrors that are read. */
    private final class Store extends UnsupportedSession implements FencedSessions {

        private Document journal;

        Store(Document journal) {
            this.journal = journal;
        }

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            return List.of(journal);
        }

        @Override
        public Optional<List<RawBsonDocument>> findWithin(
                long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
            ids.forEach(id -> reads.merge(id, 1, Integer::sum));
            return Optional.of(List.of());
        }

        @Override
        public FencedSession open() {
            return this;
        }

        @Override
        public FencedSession join(List<FencedSession> sessions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long replaceAll(String collection, List<Replacement> replacements) {
            journal = replacements.getFirst().document();
            return 1;
        }

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            return List.of();
        }
    }
}
