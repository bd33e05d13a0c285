package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.mongo.MirrorNumbers;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.MirrorDocuments;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * This record holds the content of one mirror.
 *
 * @param id the id of the aggregate; an id that is no text, which only a change by hand can write, is shown as text
 * @param owner the id of the user who owns the aggregate
 * @param state the aggregate's state; null if the aggregate is deleted, or if a change by hand made the mirror
 *     unreadable
 */
record Mirror(
        String id,
        long version,
        boolean deleted,
        String owner,
        @Nullable AggregateState state) {

    static Mirror of(AggregateType type, Document document) {
        String id = String.valueOf(document.get("_id"));
        long version = MirrorNumbers.version(document);
        boolean deleted = Boolean.TRUE.equals(document.get("deleted"));
        String owner = document.get("userId") instanceof String user ? user : id;
        return new Mirror(id, version, deleted, owner, deleted ? null : state(type, document));
    }

    private static @Nullable AggregateState state(AggregateType type, Document document) {
        try {
            return MirrorDocuments.toState(type, document);
        } catch (JacksonException | IllegalArgumentException | ClassCastException unreadable) {
            // An unreadable mirror does not fail the verify: the comparison reports it as different.
            return null;
        }
    }
}
