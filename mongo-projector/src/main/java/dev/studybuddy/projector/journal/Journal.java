package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.readmodel.JournalFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * A journal is the document that holds the position and the plan of one partition in one generation.
 *
 * @param hi the offset up to which batches are decided, exclusive
 * @param done the offset up to which batches are certainly applied, exclusive; at most {@code hi}
 * @param plan the writes of the batch from {@code done} to {@code hi}; empty if the two are equal
 */
public record Journal(long hi, long done, Plan plan) {

    /** Returns the initial journal document of a partition whose first batch begins at {@code start}. */
    public static Document createInitial(String id, long start) {
        return new Journal(start, start, Plan.EMPTY).toDocument(id, PlanFormat.BINARY);
    }

    /** Returns the format in which a journal document stores its plan. */
    static PlanFormat formatOf(Document document) {
        return document.get(JournalFields.PLAN) instanceof Binary ? PlanFormat.BINARY : PlanFormat.DOCUMENT;
    }

    /**
     * Returns the uncompressed size in bytes of the plan that a recovery must apply. Returns the largest size of a plan
     * if the journal document does not state the size, and 0 if the plan is already applied.
     */
    static long planBytes(Document document) {
        if (Objects.equals(document.get(JournalFields.DONE), document.get(JournalFields.HI))) {
            return 0;
        }
        return document.get(JournalFields.PLAN) instanceof Binary encoded
                ? PlanCodec.plainBytes(encoded.getData())
                : BatchPlanner.MAX_BYTES;
    }

    /** Returns the leader epoch that a journal document states, or null if it states none. */
    static @Nullable Integer leaderEpochOf(Document document) {
        return document.getInteger(JournalFields.LEADER_EPOCH);
    }

    /** Returns the document that stores this journal with the leader epoch of the last record before {@code hi}. */
    Document toDocument(String id, PlanFormat format, @Nullable Integer leaderEpoch) {
        Document document = toDocument(id, format);
        return leaderEpoch == null ? document : document.append(JournalFields.LEADER_EPOCH, leaderEpoch);
    }

    /** Returns the document that stores this journal without a leader epoch. */
    Document toDocument(String id, PlanFormat format) {
        return new Document("_id", id)
                .append(JournalFields.HI, hi)
                .append(JournalFields.DONE, done)
                .append(
                        JournalFields.PLAN,
                        switch (format) {
                            case BINARY -> new Binary(PlanCodec.encode(plan));
                            case DOCUMENT -> planDocument();
                        });
    }

    private Document planDocument() {
        List<Document> rollups = new ArrayList<>();
        for (RollupChange change : plan.rollups()) {
            // The paths contain dots, which a stored field name must not, so they are stored as a list of pairs.
            List<Object> inc = new ArrayList<>();
            change.amounts().forEach((path, amount) -> {
                inc.add(path);
                inc.add(amount);
            });
            rollups.add(new Document("_id", change.id())
                    .append("born", change.insertFields())
                    .append("inc", inc));
        }
        return new Document("rollups", rollups)
                .append(
                        "mirrors",
                        plan.mirrors().stream().map(MirrorChange::document).toList())
                .append("dead", plan.deadLetters());
    }

    /**
     * Reads a journal of either format.
     *
     * @throws IllegalStateException if the plan is damaged, or if a later version of the projector wrote it
     */
    static Journal of(Document document) {
        return new Journal(
                document.get(JournalFields.HI, Number.class).longValue(),
                document.get(JournalFields.DONE, Number.class).longValue(),
                document.get(JournalFields.PLAN) instanceof Binary encoded
                        ? PlanCodec.decode(encoded.getData())
                        : planOf(document.get(JournalFields.PLAN, new Document())));
    }

    private static Plan planOf(Document plan) {
        List<RollupChange> rollups = new ArrayList<>();
        for (Document change : plan.getList("rollups", Document.class, List.of())) {
            List<Object> inc = change.getList("inc", Object.class);
            Map<String, Long> amounts = new LinkedHashMap<>();
            for (int i = 0; i < inc.size(); i += 2) {
                amounts.put((String) inc.get(i), ((Number) inc.get(i + 1)).longValue());
            }
            rollups.add(new RollupChange(change.getString("_id"), change.get("born", Document.class), amounts));
        }
        return new Plan(
                rollups,
                plan.getList("mirrors", Document.class, List.of()).stream()
                        .map(MirrorChange::of)
                        .toList(),
                plan.getList("dead", Document.class, List.of()));
    }
}
