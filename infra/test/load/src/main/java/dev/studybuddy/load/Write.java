package dev.studybuddy.load;

import dev.studybuddy.audit.AcknowledgedWrite.Effect;
import dev.studybuddy.contract.AggregateType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write is a request that changes data.
 *
 * @param id id of the changed aggregate; null for a created one, whose id is in the answer
 * @param user user whose token authenticates the request; null sends no token, so that the caller is the demo user, an
 *     admin
 */
record Write(
        String method,
        String path,
        @Nullable Object body,
        AggregateType type,
        @Nullable String id,
        Effect effect,
        @Nullable LoadUser user) {

    static Write create(AggregateType type, String path, Object body, @Nullable LoadUser user) {
        return new Write("POST", path, body, type, null, Effect.CHANGED, user);
    }

    static Write patch(AggregateType type, String path, String id, Object body, Effect effect, LoadUser user) {
        return new Write("PATCH", path + "/" + id, body, type, id, effect, user);
    }

    static Write delete(AggregateType type, String path, String id, LoadUser user) {
        return new Write("DELETE", path + "/" + id, null, type, id, Effect.DELETED, user);
    }

    Map<String, String> headers() {
        return user == null ? Map.of() : user.headers();
    }
}
