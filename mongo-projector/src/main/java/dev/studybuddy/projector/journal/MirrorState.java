package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.projector.journal.Plan.MirrorChange;
import java.time.Instant;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.BsonElement;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A mirror state holds the state of a mirror with the version and the offset of its event. It is newer than another if
 * its version is higher, or if the versions are equal and its offset is higher.
 *
 * @param version the version of the state; 0 if there is no mirror yet
 * @param offset the offset of the record that the state was read from; −1 if there is no mirror yet
 * @param state the state of the aggregate; null if there is no mirror yet
 */
record MirrorState(long version, long offset, @Nullable AggregateState state) {

    private static final BsonString SOURCE = new BsonString("cockroachdb");

    static final MirrorState ABSENT = new MirrorState(0, -1, null);

    boolean isOlderThan(long otherVersion, long otherOffset) {
        return version < otherVersion || (version == otherVersion && offset < otherOffset);
    }

    /** Returns the mirror document after an event. The mirror of a deleted aggregate only records the deletion. */
    static MirrorChange toChange(DecodedRecord.Event event, Instant now) {
        AggregateState state = event.state();
        RawBsonDocument document;
        if (state instanceof DeletedState) {
            document = BsonEncoder.encode(writer -> {
                writer.writeString("_id", state.id());
                writer.writeInt64("version", state.version());
                writer.writeInt64("offset", event.offset());
                writer.writeBoolean("deleted", true);
            });
        } else {
            List<BsonElement> mirrorFields = List.of(
                    new BsonElement("version", new BsonInt64(state.version())),
                    new BsonElement("offset", new BsonInt64(event.offset())),
                    new BsonElement("_originalId", new BsonString(state.id())),
                    new BsonElement("_syncedAt", new BsonDateTime(now.toEpochMilli())),
                    new BsonElement("_source", SOURCE));
            document = BsonEncoder.append(event.body(), mirrorFields);
        }
        return new MirrorChange(state.id(), state.version(), event.offset(), document);
    }

    /** Returns an upper bound of the size of the mirror document after an event in bytes. */
    static long sizeBytes(DecodedRecord.Event event) {
        return event.body().getByteBuffer().remaining()
                + 200L
                + RollupSums.utf8Length(event.state().id());
    }

    /** Returns an upper bound of the memory that the state of an event and its offset need in bytes. */
    static long heapBytes(DecodedRecord.Event event) {
        // The encoded fields include their names. A text needs at most twice its UTF-8 length.
        return 300L + 2L * event.body().getByteBuffer().remaining();
    }

    /**
     * Reads the state from a mirror document.
     *
     * @param mirror a mirror with at least {@link MirrorFields#of the fields that planning needs}
     * @throws RuntimeException of any type if the document was changed from outside and is no longer readable
     */
    static MirrorState of(AggregateType type, RawBsonDocument mirror) {
        ObjectNode fields = MirrorFields.read(type, mirror);
        long version = fields.path("version").longValue();
        long offset = fields.path("offset").longValue();
        if (fields.hasNonNull("deleted") && fields.path("deleted").booleanValue()) {
            return new MirrorState(
                    version, offset, new DeletedState(fields.path("id").stringValue(), "", version));
        }
        return new MirrorState(version, offset, EventJson.read(type, fields));
    }
}
