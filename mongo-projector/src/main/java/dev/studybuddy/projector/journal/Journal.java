package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/**
 * A partition's position and plan, one document of a generation.
 *
 * @param hi up to which offset batches are decided, exclusive
 * @param done up to which offset they are applied for certain; at most {@code hi}
 * @param plan what leads from {@code done} to {@code hi}; empty where they are the same
 */
public record Journal(long hi, long done, Plan plan) {

    /** The journal of a partition of which nothing was read. */
    public static Document born(String id, long start) {
        return new Journal(start, start, Plan.EMPTY).toDocument(id);
    }

    Document toDocument(String id) {
        List<Document> rollups = new ArrayList<>();
        for (RollupChange change : plan.rollups()) {
            // Paths hold dots, which no field name of a stored document should: a list of pairs.
            List<Object> inc = new ArrayList<>();
            change.amounts().forEach((path, amount) -> {
                inc.add(path);
                inc.add(amount);
            });
            rollups.add(new Document("_id", change.id())
                    .append("born", change.born())
                    .append("inc", inc));
        }
        Document planned = new Document("rollups", rollups)
                .append(
                        "mirrors",
                        plan.mirrors().stream().map(MirrorChange::document).toList())
                .append("dead", plan.dead());
        return new Document("_id", id).append("hi", hi).append("done", done).append("plan", planned);
    }

    static Journal of(Document document) {
        Document plan = document.get("plan", new Document());
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
                document.get("hi", Number.class).longValue(),
                document.get("done", Number.class).longValue(),
                new Plan(
                        rollups,
                        plan.getList("mirrors", Document.class, List.of()).stream()
                                .map(MirrorChange::of)
                                .toList(),
                        plan.getList("dead", Document.class, List.of())));
    }
}
