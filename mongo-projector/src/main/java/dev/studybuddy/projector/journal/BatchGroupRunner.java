package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.FencedSession;
import dev.studybuddy.projector.mongo.FencedSessions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/**
 * Plans, decides and applies a group of batches, one of each of several partitions, with common commands to MongoDB, as
 * the group commit of a database does. Each write keeps the condition of its own partition, and each partition has its
 * own decision. Several threads may use one instance.
 */
public final class BatchGroupRunner {

    private final FencedSessions sessions;
    private final PlanApplier applier;

    /** Creates a runner that uses one factory of sessions. */
    public BatchGroupRunner(FencedSessions sessions, DeadLetterSink deadLetters) {
        this.sessions = sessions;
        this.applier = new PlanApplier(deadLetters);
    }

    /**
     * Runs a group. Afterwards {@link PartitionBatch#isApplied} states of each batch whether it is applied. A batch is
     * not applied if MongoDB refuses one of its writes now; the other batches continue. No batch is applied if a
     * decision does not match its journal, because MongoDB reports only the sum of the matches: each partition must
     * read its journal then, which may contain the plan of this group. This is also so if MongoDB refuses a decision.
     *
     * @param batches batches of different partitions of one generation; at least one
     * @throws RuntimeException if the group failed as a whole; then no batch is applied
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
            Map<String, Set<String>> ids = new LinkedHashMap<>();
            for (PartitionBatch batch : open) {
                ids.computeIfAbsent(batch.key().mirrorCollection(), any -> new LinkedHashSet<>())
                        .addAll(batch.takeChunk());
            }
            Map<String, Map<String, Document>> found = new HashMap<>();
            ids.forEach((collection, wanted) -> found.put(collection, find(session, collection, wanted)));
            open = open.stream()
                    .filter(batch ->
                            batch.addChunk(found.getOrDefault(batch.key().mirrorCollection(), Map.of())))
                    .toList();
        }
    }

    private static Map<String, Document> find(FencedSession session, String collection, Set<String> ids) {
        Map<String, Document> found = new HashMap<>();
        if (!ids.isEmpty()) {
            session.find(collection, ids).forEach(one -> found.put(one.getString("_id"), one));
        }
        return found;
    }

    /** Stores the plans in the journals, and returns whether every journal was at the expected position. */
    private static boolean decide(FencedSession session, List<PartitionBatch> batches) {
        List<FencedSession.Replacement> decisions =
                batches.stream().map(PartitionBatch::decision).toList();
        String collection = batches.getFirst().key().journalCollection();
        return session.replaceAll(collection, decisions) == decisions.size();
    }
}
