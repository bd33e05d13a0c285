package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.RawBsonDocument;

/**
 * Plans, decides and applies a group of batches, one of each of several partitions, with common commands to MongoDB, as
 * the group commit of a database does. Each write keeps the condition of its own partition, and each partition has its
 * own decision. The positions of idle partitions share a command as well. Several threads may use one instance.
 */
public final class BatchGroupRunner {

    /**
     * The mirrors that a group reads together have at most this number of bytes in each collection, unless a single
     * mirror has more. The mirrors of a thousand aggregates that the API wrote need fewer bytes together.
     */
    static final long MAX_MIRROR_BYTES = 4_000_000;

    /**
     * The plans of a group have at most this number of bytes together, unless the first records of the batches need
     * more. A batch that would exceed this bound ends before its next record, which begins a batch of the next group.
     */
    static final long MAX_PLAN_BYTES = 8_000_000;

    private final FencedSessions sessions;
    private final PlanApplier applier;

    /** Creates a runner that uses one factory of sessions. */
    public BatchGroupRunner(FencedSessions sessions, DeadLetterSink deadLetters) {
        this.sessions = sessions;
        this.applier = new PlanApplier(deadLetters);
    }

    /**
     * Runs a group. Afterwards {@link PartitionBatch#isApplied} states of each batch whether it is applied. If MongoDB
     * refuses a write of a batch now, that batch is not applied, and the other batches continue. If a decision does not
     * match its journal, no batch is applied. MongoDB reports only how many decisions matched, so each partition must
     * then read its journal, which may contain the plan of this group. If MongoDB refuses a decision, no batch is
     * applied either.
     *
     * @param batches batches of different partitions of one generation; at least one
     * @throws RuntimeException if the group failed as a whole; then no batch counts as applied, although MongoDB may
     *     have executed a part of the writes
     */
    public void run(List<PartitionBatch> batches) {
        try {
            if (batches.size() == 1) {
                run(batches.getFirst().session(), batches);
            } else {
                try (FencedSession joined = sessions.join(
                        batches.stream().map(PartitionBatch::session).toList())) {
                    run(joined, batches);
                }
            }
        } finally {
            batches.forEach(PartitionBatch::end);
        }
    }

    /**
     * Records positions of idle partitions of one generation with one command, as
     * {@link PartitionJournal#recordDone(long)} does for one partition. If a journal was not at the expected position,
     * or if the command fails, no journal that needs an update has a position afterwards, because MongoDB reports only
     * the sum of the matches.
     *
     * @param ends the position of the consumer in each partition
     * @throws RuntimeException if the command failed
     */
    public void recordDone(Map<PartitionJournal, Long> ends) {
        List<PositionUpdate> updates = new ArrayList<>();
        try {
            ends.forEach((journal, end) -> {
                PositionUpdate update = journal.beginUpdate(end);
                if (update != null) {
                    updates.add(update);
                }
            });
            if (updates.size() == 1) {
                write(updates.getFirst().session(), updates);
            } else if (!updates.isEmpty()) {
                try (FencedSession joined = sessions.join(
                        updates.stream().map(PositionUpdate::session).toList())) {
                    write(joined, updates);
                }
            }
        } finally {
            updates.forEach(PositionUpdate::end);
        }
    }

    private static void write(FencedSession session, List<PositionUpdate> updates) {
        List<FencedSession.Replacement> replacements =
                updates.stream().map(PositionUpdate::replacement).toList();
        if (session.replaceAll(updates.getFirst().collection(), replacements) == updates.size()) {
            updates.forEach(PositionUpdate::recordWritten);
        }
    }

    private void run(FencedSession session, List<PartitionBatch> batches) {
        plan(session, batches);
        if (decide(session, batches)) {
            applier.apply(session, batches.stream().map(PartitionBatch::decided).toList());
            batches.forEach(PartitionBatch::recordApplied);
        }
    }

    private static void plan(FencedSession session, List<PartitionBatch> batches) {
        List<PartitionBatch> open = batches;
        while (!open.isEmpty()) {
            open.forEach(PartitionBatch::takeChunk);
            open = planChunks(session, open, batches);
        }
    }

    /**
     * Adds the chunk of each batch to its plan, and returns the batches that take another chunk.
     *
     * @param group all batches, whose plans are bounded together
     */
    private static List<PartitionBatch> planChunks(
            FencedSession session, List<PartitionBatch> batches, List<PartitionBatch> group) {
        Optional<Map<AggregateType, Map<String, RawBsonDocument>>> found = findMirrors(session, batches);
        if (found.isPresent()) {
            return batches.stream()
                    .filter(batch -> batch.addChunk(
                            found.get().getOrDefault(batch.key().type(), Map.of()), bytesLeft(batch, group)))
                    .toList();
        }
        if (batches.size() > 1) {
            return batches.stream()
                    .filter(batch -> !planChunks(session, List.of(batch), group).isEmpty())
                    .toList();
        }
        batches.getFirst().halveChunk();
        return planChunks(session, batches, group);
    }

    /** Returns the number of bytes that the plans of the other batches leave to the plan of a batch. */
    private static long bytesLeft(PartitionBatch batch, List<PartitionBatch> group) {
        long others = group.stream()
                .filter(other -> other != batch)
                .mapToLong(PartitionBatch::planBytes)
                .sum();
        return MAX_PLAN_BYTES - others;
    }

    /** Returns the missing mirrors of all chunks by type and id, or empty if they are too large together. */
    private static Optional<Map<AggregateType, Map<String, RawBsonDocument>>> findMirrors(
            FencedSession session, List<PartitionBatch> batches) {
        Map<AggregateType, Set<String>> ids = new EnumMap<>(AggregateType.class);
        for (PartitionBatch batch : batches) {
            ids.computeIfAbsent(batch.key().type(), any -> new LinkedHashSet<>())
                    .addAll(batch.missingMirrors());
        }
        JournalKey key = batches.getFirst().key();
        Map<AggregateType, Map<String, RawBsonDocument>> found = new EnumMap<>(AggregateType.class);
        for (Map.Entry<AggregateType, Set<String>> wanted : ids.entrySet()) {
            if (!wanted.getValue().isEmpty()) {
                Optional<List<RawBsonDocument>> mirrors = session.findWithin(
                        MAX_MIRROR_BYTES,
                        key.mirrorCollection(wanted.getKey()),
                        wanted.getValue(),
                        MirrorFields.of(wanted.getKey()));
                if (mirrors.isEmpty()) {
                    return Optional.empty();
                }
                Map<String, RawBsonDocument> byId = new HashMap<>();
                mirrors.get().forEach(one -> byId.put(one.getString("_id").getValue(), one));
                found.put(wanted.getKey(), byId);
            }
        }
        return Optional.of(found);
    }

    /** Stores the plans in the journals, and returns whether every journal was at the expected position. */
    private static boolean decide(FencedSession session, List<PartitionBatch> batches) {
        List<FencedSession.Replacement> decisions =
                batches.stream().map(PartitionBatch::decision).toList();
        String collection = batches.getFirst().key().journalCollection();
        return session.replaceAll(collection, decisions) == decisions.size();
    }
}
