package dev.studybuddy.bench.load;

import dev.studybuddy.audit.Acknowledgement.Effect;
import dev.studybuddy.contract.AggregateType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that writes.
 *
 * @param id of what is changed; null for what is made, whose id is in the answer
 * @param person whose token is shown; null for none, which makes the caller the demo user, an admin
 */
record Write(
        String method,
        String path,
        @Nullable Object body,
        AggregateType type,
        @Nullable String id,
        Effect effect,
        @Nullable Person person) {

    static Write create(AggregateType type, String path, Object body, @Nullable Person person) {
        return new Write("POST", path, body, type, null, Effect.CHANGED, person);
    }

    static Write patch(AggregateType type, String path, String id, Object body, Effect effect, Person person) {
        return new Write("PATCH", path + "/" + id, body, type, id, effect, person);
    }

    static Write delete(AggregateType type, String path, String id, Person person) {
        return new Write("DELETE", path + "/" + id, null, type, id, Effect.DELETED, person);
    }

    Map<String, String> headers() {
        return person == null ? Map.of() : person.headers();
    }
}
