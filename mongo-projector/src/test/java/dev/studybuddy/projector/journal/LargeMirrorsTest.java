package dev.studybuddy.projector.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.projector.decode.StateDocuments;
import dev.studybuddy.projector.mongo.ConditionalWrite;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.UnsupportedSession;
import dev.studybuddy.projector.mongo.WriteRefusal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** Applies small updates of aggregates whose mirrors are large, because an earlier release accepted such events. */
class LargeMirrorsTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
    private static final int RECORDS = 700;
    private static final long MIRROR_BYTES = 3_900_000;

    /** All mirrors share this text, so that this test holds it in memory only once. */
    private static final String TITLE = "x".repeat((int) MIRROR_BYTES);

    private final Store store = new Store();
    private final BatchGroupRunner groupRunner = new BatchGroupRunner(store, (session, letters) -> {});

    @Test
    void mirrorsThatAreTooLargeTogetherAreReadInParts() {
        PartitionJournal journal = createJournal(0);

        while (journal.hi() < RECORDS) {
            PartitionBatch batch = journal.beginBatch(
                    LongStream.range(journal.hi(), RECORDS)
                            .mapToObj(LargeMirrorsTest::event)
                            .iterator(),
                    offset -> Optional.empty());
            groupRunner.run(List.of(batch));
            assertThat(batch.isApplied()).isTrue();
        }

        assertThat(store.mirrors)
                .hasSize(RECORDS)
                .allSatisfy((id, mirror) ->
                        assertThat(mirror).containsEntry("title", "Read").containsEntry("version", 2L));
        // Each update raises the version of its todo from 1, which only the mirror holds, to 2.
        assertThat(store.versions).isEqualTo(RECORDS);
        assertThat(store.readBytes)
                .allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(BatchGroupRunner.MAX_MIRROR_BYTES));
        assertThat(store.readBytes).hasSizeLessThan(RECORDS + 50);
    }

    @Test
    void largeMirrorsOfSeveralPartitionsAreReadWithinTheBound() {
        List<PartitionBatch> batches = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            long first = 10L * partition;
            batches.add(createJournal(partition, first)
                    .beginBatch(
                            LongStream.range(first, first + 10)
                                    .mapToObj(LargeMirrorsTest::event)
                                    .iterator(),
                            offset -> Optional.empty()));
        }

        groupRunner.run(batches);

        assertThat(batches).allMatch(PartitionBatch::isApplied);
        assertThat(store.versions).isEqualTo(30);
        assertThat(store.readBytes)
                .allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(BatchGroupRunner.MAX_MIRROR_BYTES));
    }

    private PartitionJournal createJournal(int partition) {
        return createJournal(partition, 0);
    }

    private PartitionJournal createJournal(int partition, long start) {
        JournalKey key = new JournalKey(new StudyWithAggregateSums(), 1, AggregateType.TODO, partition);
        store.journals.put(key.journalId(), Journal.createInitial(key.journalId(), start));
        PartitionJournal journal = new PartitionJournal(
                key,
                store,
                (session, letters) -> {},
                Clock.fixed(AT, ZoneOffset.UTC),
                new JournalMemory(0, Long.MAX_VALUE));
        journal.recover();
        return journal;
    }

    private static DecodedRecord event(long offset) {
        TodoState state = todo(new UUID(1, offset).toString(), 2);
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

    private static TodoState todo(String id, long version) {
        return new TodoState(
                id,
                new UUID(2, 7).toString(),
                "Read",
                "Math",
                Difficulty.EASY,
                10,
                3,
                false,
                null,
                null,
                null,
                version,
                AT,
                AT);
    }

    /** This store holds a large mirror of each aggregate, and the journals of several partitions. */
    private static final class Store extends UnsupportedSession implements FencedSessions {

        private final Map<String, Document> journals = new HashMap<>();
        private final Map<String, Document> mirrors = new HashMap<>();
        private final List<Long> readBytes = new ArrayList<>();
        private long versions;

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            return ids.stream().map(journals::get).toList();
        }

        @Override
        public Optional<List<RawBsonDocument>> findWithin(
                long maxBytes, String collection, Collection<String> ids, Collection<String> fields) {
            List<RawBsonDocument> found = new ArrayList<>();
            for (String id : new TreeSet<>(ids)) {
                if (!found.isEmpty() && (found.size() + 1) * MIRROR_BYTES > maxBytes) {
                    readBytes.add(found.size() * MIRROR_BYTES);
                    return Optional.empty();
                }
                TodoState before = todo(id, 1);
                Document mirror = StoredDocuments.of(StateDocuments.toMirrorBody(
                        EventJson.tree(EventJson.write(before).getBytes(UTF_8))));
                found.add(StoredDocuments.encode(
                        mirror.append("title", TITLE).append("version", 1L).append("offset", -1L), fields));
            }
            readBytes.add(found.size() * MIRROR_BYTES);
            return Optional.of(found);
        }

        @Override
        public FencedSession open() {
            return this;
        }

        @Override
        public FencedSession join(List<FencedSession> sessions) {
            return this;
        }

        @Override
        public long replaceAll(String collection, List<Replacement> replacements) {
            replacements.forEach(one -> journals.put(one.filter().getString("_id"), one.document()));
            return replacements.size();
        }

        @Override
        public List<WriteRefusal> write(String collection, List<? extends ConditionalWrite> writes) {
            for (ConditionalWrite write : writes) {
                switch (write) {
                    case ConditionalWrite.Replace replace -> {
                        Document mirror = StoredDocuments.of(replace.replacement());
                        mirrors.put(mirror.getString("_id"), mirror);
                    }
                    case ConditionalWrite.Update update -> addVersions(update);
                }
            }
            return List.of();
        }

        private void addVersions(ConditionalWrite.Update update) {
            Object amount = update.update().get("$inc", Document.class).get("versions");
            versions += amount instanceof Long number ? number : 0;
        }
    }
}
