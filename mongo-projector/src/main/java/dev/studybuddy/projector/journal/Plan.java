package dev.studybuddy.projector.journal;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;

/**
 * A plan holds every write of a batch. Any instance that reads it from the journal can apply it without the records.
 *
 * @param rollups the changes of rollups, at most one for each document
 * @param mirrors the changes of mirrors, at most one for each aggregate
 * @param deadLetters the documents of the dead letters
 */
public record Plan(List<RollupChange> rollups, List<MirrorChange> mirrors, List<Document> deadLetters) {

    static final Plan EMPTY = new Plan(List.of(), List.of(), List.of());

    public Plan {
        rollups = List.copyOf(rollups);
        mirrors = List.copyOf(mirrors);
        deadLetters = List.copyOf(deadLetters);
    }

    /**
     * A rollup change adds amounts to one rollup document.
     *
     * @param id the id of the rollup document
     * @param insertFields the fields that the change sets only if it inserts the document
     * @param amounts the amounts by dotted path; none is zero, and the map is unmodifiable
     */
    public record RollupChange(String id, Document insertFields, Map<String, Long> amounts) {

        public RollupChange {
            amounts = Collections.unmodifiableMap(amounts);
        }
    }

    /**
     * A mirror change replaces one mirror document.
     *
     * @param id the id of the aggregate
     * @param version the version that the document holds
     * @param offset the offset that the document holds
     * @param document the whole new mirror document
     */
    public record MirrorChange(String id, long version, long offset, RawBsonDocument document) {

        private static final DocumentCodec CODEC = new DocumentCodec();

        static MirrorChange of(Document document) {
            return of(new RawBsonDocument(document, CODEC));
        }

        static MirrorChange of(RawBsonDocument document) {
            return new MirrorChange(
                    document.getString("_id").getValue(),
                    document.getNumber("version").longValue(),
                    document.getNumber("offset").longValue(),
                    document);
        }
    }
}
