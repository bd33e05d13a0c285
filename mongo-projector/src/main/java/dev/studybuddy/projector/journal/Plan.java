package dev.studybuddy.projector.journal;

import java.util.List;
import java.util.Map;
import org.bson.Document;

/**
 * All that a batch does, complete: whoever finds it in the journal can do it without the records.
 *
 * @param rollups at most one for each document
 * @param mirrors at most one for each aggregate
 * @param dead documents of dead letters
 */
public record Plan(List<RollupChange> rollups, List<Document> mirrors, List<Document> dead) {

    static final Plan EMPTY = new Plan(List.of(), List.of(), List.of());

    public Plan {
        rollups = List.copyOf(rollups);
        mirrors = List.copyOf(mirrors);
        dead = List.copyOf(dead);
    }

    /** About how large the rollups' part is, bytes; rather too much. */
    long rollupBytes() {
        long bytes = 0;
        for (RollupChange change : rollups) {
            bytes += 200 + 4L * change.id().length();
            for (String path : change.amounts().keySet()) {
                bytes += 32 + 2L * path.length();
            }
        }
        return bytes;
    }

    /**
     * What is added to one rollup document.
     *
     * @param born the fields that a new document is born with
     * @param amounts by dotted path, never zero
     */
    public record RollupChange(String id, Document born, Map<String, Long> amounts) {

        public RollupChange {
            amounts = Map.copyOf(amounts);
        }
    }
}
