package dev.studybuddy.projector.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.projector.decode.StateDocuments;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.UnsupportedSession;
import dev.studybuddy.projector.mongo.WriteRefusal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Counts the commands that a group of batches sends to MongoDB, and the bytes of its plans. */
class BatchGroupRunnerTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

    private static final int PARTITIONS = 12;
    private static final int RECORDS = 65;

    private final RecordedCommands mongo = new RecordedCommands();
    private final BatchGroupRunner groupRunner = new BatchGroupRunner(mongo, (session, letters) -> {});

    @Test
    void aGroupOfOneTypeSendsFourCommandsWhateverTheNumberOfItsPartitions() {
        runGroup(List.of(key(AggregateType.TODO, 0)));
        assertThat(mongo.commands)
                .containsExactly(
                        "find todos_g1", "replace study_journal_g1", "write study_totals_g1", "write todos_g1");

        runGroup(List.of(
                key(AggregateType.TODO, 1),
                key(AggregateType.TODO, 2),
                key(AggregateType.TODO, 3),
                key(AggregateType.TODO, 4)));
        assertThat(mongo.commands)
                .containsExactly(
                        "find todos_g1", "replace study_journal_g1", "write study_totals_g1", "write todos_g1");
    }

    @Test
    void eachFurtherTypeOfAGroupCostsOneReadAndOneWriteOfMirrors() {
        runGroup(List.of(
                key(AggregateType.TODO, 0),
                key(AggregateType.SESSION, 0),
                key(AggregateType.TODO, 1),
                key(AggregateType.SESSION, 1)));

        assertThat(mongo.commands)
                .containsExactlyInAnyOrder(
                        "find todos_g1",
                        "find study_sessions_g1",
                        "replace study_journal_g1",
                        "write study_totals_g1",
                        "write todos_g1",
                        "write study_sessions_g1");
    }

    /**
     * Each todo of this group moves from one day and subject to others, and a subject of dots is long as a field name.
     * A megabyte of such records has plans of about 15 MB.
     */
    @Test
    void thePlansOfAGroupHaveAtMostEightMegabytesTogether() {
        Map<JournalKey, PartitionJournal> journals = new LinkedHashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            JournalKey key = key(AggregateType.TODO, partition);
            journals.put(key, createJournal(key));
        }
        mongo.mirrors = id -> StoredDocuments.of(
                MirrorState.toChange(event(-1, movedTodo(id, 1)), AT).document());

        int groups = 0;
        while (journals.values().stream().anyMatch(journal -> journal.hi() < RECORDS)) {
            mongo.planBytes = 0;
            List<PartitionBatch> batches = new ArrayList<>();
            journals.forEach((key, journal) -> {
                if (journal.hi() < RECORDS) {
                    batches.add(journal.beginBatch(
                            LongStream.range(journal.hi(), RECORDS)
                                    .<DecodedRecord>mapToObj(offset -> event(offset, movedTodo(idOf(key, offset), 2)))
                                    .iterator(),
                            offset -> Optional.empty()));
                }
            });
            groupRunner.run(batches);

            assertThat(batches).allMatch(PartitionBatch::isApplied);
            assertThat(mongo.planBytes).isLessThan(BatchGroupRunner.MAX_PLAN_BYTES);
            groups++;
        }

        assertThat(groups).isBetween(2, 4);
    }

    private void runGroup(List<JournalKey> keys) {
        List<PartitionBatch> batches = new ArrayList<>();
        for (JournalKey key : keys) {
            batches.add(createJournal(key)
                    .beginBatch(List.of(event(key, 0), event(key, 1)).iterator(), offset -> Optional.empty()));
        }
        mongo.commands.clear();

        groupRunner.run(batches);

        assertThat(batches).allMatch(PartitionBatch::isApplied);
    }

    private PartitionJournal createJournal(JournalKey key) {
        PartitionJournal journal = new PartitionJournal(
                key,
                mongo,
                (session, letters) -> {},
                Clock.fixed(AT, ZoneOffset.UTC),
                new JournalMemory(0, Long.MAX_VALUE));
        journal.recover();
        return journal;
    }

    private static String idOf(JournalKey key, long offset) {
        return key.journalId() + '-' + offset;
    }

    private static JournalKey key(AggregateType type, int partition) {
        return new JournalKey(new StudyWithAggregateSums(), 1, type, partition);
    }

    private static DecodedRecord event(JournalKey key, long offset) {
        String id = idOf(key, offset);
        return event(offset, key.type() == AggregateType.TODO ? todo(id) : session(id));
    }

    private static DecodedRecord.Event event(long offset, AggregateState state) {
        return new DecodedRecord.Event(
                offset,
                500,
                AT,
                state,
                StateDocuments.toMirrorBody(
                        EventJson.tree(EventJson.write(state).getBytes(UTF_8))),
                failure -> {
                    throw new IllegalStateException(failure.detail());
                });
    }

    private static TodoState todo(String id) {
        return new TodoState(id, "anna", "Read", "Math", Difficulty.EASY, 10, 3, false, null, null, null, 1, AT, AT);
    }

    /** Returns a completed todo whose day and subject depend on its id and version. */
    private static TodoState movedTodo(String id, long version) {
        return new TodoState(
                id,
                id,
                "Read",
                ".".repeat(100) + id + version,
                Difficulty.HARD,
                10,
                3,
                true,
                AT,
                LocalDate.of(2026, 1, 1).plusDays(Math.floorMod(31L * id.hashCode() + 400 * version, 3000)),
                null,
                version,
                AT,
                AT);
    }

    private static SessionState session(String id) {
        return new SessionState(id, "anna", "Math", SessionType.MANUAL, 25, AT, LocalDate.of(2026, 11, 23), 1, AT, AT);
    }

    /** These sessions accept every write, hold no mirror, and record their commands. */
    private static final class RecordedCommands extends UnsupportedSession implements FencedSessions {

        private final List<String> commands = new ArrayList<>();
        private Function<String, @Nullable Document> mirrors = id -> null;
        private long planBytes;

        @Override
        public FencedSession open() {
            return this;
        }

        @Override
        public FencedSession join(List<FencedSession> sessions) {
            return this;
        }

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            commands.add("find " + collection);
            return ids.stream()
                    .map(id -> new Journal(0, 0, Plan.EMPTY).toDocument(id, PlanFormat.DOCUMENT))
                    .toList();
        }

        @Override
        public Optional<List<RawBsonDocument>> findWithin(
                long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
            commands.add("find " + collection);
            return Optional.of(ids.stream()
                    .map(mirrors)
                    .filter(Objects::nonNull)
                    .map(mirror -> StoredDocuments.encode(mirror, fields))
                    .toList());
        }

        @Override
        public long replaceAll(String collection, List<Replacement> replacements) {
            commands.add("replace " + collection);
            replacements.forEach(one -> planBytes += StoredDocuments.sizeOf(one.document()));
            return replacements.size();
        }

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            commands.add("write " + collection);
            return List.of();
        }
    }
}
