package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.projector.journal.Plan.MirrorChange;
import java.time.Instant;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.BsonElement;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror is known to hold: which state, and where that came from. The newer of two has the higher version, and of
 * one version the higher offset.
 *
 * @param state null where nothing is mirrored yet
 */
record Mirror(long version, long offset, @Nullable AggregateState state) {

    private static final BsonString SOURCE = new BsonString("cockroachdb");

    static final Mirror ABSENT = new Mirror(0, -1, null);

    boolean olderThan(long otherVersion, long otherOffset) {
        return version < otherVersion || (version == otherVersion && offset < otherOffset);
    }

    /** What an event makes of a mirror; of what is deleted nothing but that stays. */
    static MirrorChange change(Entry.Event event, Instant now) {
        AggregateState state = event.state();
        RawBsonDocument document;
        if (state instanceof DeletedState) {
            document = Bson.document(writer -> {
                writer.writeString("_id", state.id());
                writer.writeInt64("version", state.version());
                writer.writeInt64("offset", event.offset());
                writer.writeBoolean("deleted", true);
            });
        } else {
            List<BsonElement> more = List.of(
                    new BsonElement("version", new BsonInt64(state.version())),
                    new BsonElement("offset", new BsonInt64(event.offset())),
                    new BsonElement("_originalId", new BsonString(state.id())),
                    new BsonElement("_syncedAt", new BsonDateTime(now.toEpochMilli())),
                    new BsonElement("_source", SOURCE));
            document = Bson.with(event.body(), more);
        }
        return new MirrorChange(state.id(), state.version(), event.offset(), document);
    }

    /**
     * Reads a mirror.
     *
     * @throws RuntimeException of any kind where somebody changed it to what can't be read
     */
    static Mirror of(AggregateType type, Document document) {
        long version = document.get("version", Number.class).longValue();
        long offset = document.get("offset", Number.class).longValue();
        String id = document.getString("_id");
        if (document.getBoolean("deleted", false)) {
            return new Mirror(version, offset, new DeletedState(id, "", version));
        }
        return new Mirror(version, offset, StateDocuments.state(type, document));
    }
}
