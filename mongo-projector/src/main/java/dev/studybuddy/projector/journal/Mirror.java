package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import java.time.Instant;
import java.util.Date;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * What a mirror is known to hold: which state, and where that came from. The newer of two has the higher version, and of
 * one version the higher offset.
 *
 * @param state null where nothing is mirrored yet
 */
record Mirror(long version, long offset, @Nullable AggregateState state) {

    static final Mirror ABSENT = new Mirror(0, -1, null);

    boolean olderThan(long otherVersion, long otherOffset) {
        return version < otherVersion || (version == otherVersion && offset < otherOffset);
    }

    /** The document of an event; of what is deleted nothing but that stays. */
    static Document document(Entry.Event event, Instant now) {
        AggregateState state = event.state();
        Document document = new Document("_id", state.id());
        if (!(state instanceof DeletedState)) {
            event.body().forEach((name, value) -> {
                if (!name.equals("id")) {
                    document.append(name, value);
                }
            });
        }
        document.append("version", state.version()).append("offset", event.offset());
        if (state instanceof DeletedState) {
            return document.append("deleted", true);
        }
        return document.append("_originalId", state.id())
                .append("_syncedAt", Date.from(now))
                .append("_source", "cockroachdb");
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
