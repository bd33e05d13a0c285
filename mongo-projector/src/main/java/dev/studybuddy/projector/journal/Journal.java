package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.readmodel.JournalFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

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
        return new Journal(start, start, Plan.EMPTY).toDocument(id);
    }

    Document toDocument(String id) {
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
        Document planned = new Document("rollups", rollups)
                .append(
                        "mirrors",
                        plan.mirrors().stream().map(MirrorChange::document).toList())
                .append("dead", plan.deadLetters());
        return new Document("_id", id)
                .append(JournalFields.HI, hi)
                .append(JournalFields.DONE, done)
                .append(JournalFields.PLAN, planned);
    }

    static Journal of(Document document) {
        Document plan = document.get(JournalFields.PLAN, new Document());
        List<RollupChange> rollups = new ArrayList<>();
        for (Document change : plan.getList("rollups", Document.class, List.of())) {
            List<Object> inc = change.getList("inc", Object.class);
            Map<String, Long> amounts = new LinkedHashMap<>();
            for (int i = 0; i < inc.size(); i += 2) {
                amounts.put((String) inc.get(i), ((Number) inc.get(i + 1)).longValue());
            }
            rollups.add(new RollupChange(change.getString("_id"), change.get("born", Document.class), amounts));
        }
        return new Journal(
                document.get(JournalFields.HI, Number.class).longValue(),
                document.get(JournalFields.DONE, Number.class).longValue(),
                new Plan(
                        rollups,
                        plan.getList("mirrors", Document.class, List.of()).stream()
                                .map(MirrorChange::of)
                                .toList(),
                        plan.getList("dead", Document.class, List.of())));
    }
}
