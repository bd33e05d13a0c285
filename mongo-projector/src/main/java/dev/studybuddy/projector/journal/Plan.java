package dev.studybuddy.projector.journal;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;

/**
 * All that a batch does, complete: whoever finds it in the journal can do it without the records.
 *
 * @param rollups at most one for each document
 * @param mirrors at most one for each aggregate
 * @param dead documents of dead letters
 */
public record Plan(List<RollupChange> rollups, List<MirrorChange> mirrors, List<Document> dead) {

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
     * @param amounts by dotted path, never zero; nobody may change them any more
     */
    public record RollupChange(String id, Document born, Map<String, Long> amounts) {

        public RollupChange {
            amounts = Collections.unmodifiableMap(amounts);
        }
    }

    /**
     * What a mirror becomes.
     *
     * @param version as the document has it
     * @param offset as the document has it
     */
    public record MirrorChange(String id, long version, long offset, RawBsonDocument document) {

        private static final DocumentCodec CODEC = new DocumentCodec();

        static MirrorChange of(Document document) {
            return new MirrorChange(
                    document.getString("_id"),
                    document.get("version", Number.class).longValue(),
                    document.get("offset", Number.class).longValue(),
                    new RawBsonDocument(document, CODEC));
        }
    }
}
