package dev.studybuddy.api.operations.verify;

import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Reads the findings in the result of a verify, so that they can be compared again.
 *
 * @param result the result of a completed verify for one read model, which lists at most a hundred findings of each
 *     kind
 */
record LastFindings(JsonNode result) {

    /** Passes the type and the id of each aggregate that differed. An id that no row can have is left out. */
    void forEachAggregate(BiConsumer<AggregateType, String> each) {
        for (MirrorDifference.Kind kind : MirrorDifference.Kind.values()) {
            for (JsonNode found : result.path(kind.code())) {
                String id = found.path("id").asString("");
                String code = found.path("type").asString("");
                if (AggregateIds.parse(id).isPresent()) {
                    Stream.of(AggregateType.values())
                            .filter(type -> type.code().equals(code))
                            .forEach(type -> each.accept(type, id));
                }
            }
        }
    }

    /** Returns the ids of the users whose totals were wrong. */
    Set<String> usersWithWrongTotals() {
        return result.path("wrongTotals")
                .valueStream()
                .map(found -> found.path("userId").asString(""))
                .filter(user -> !user.isEmpty() && VerifyScope.ofTotal(user) == VerifyScope.USERS)
                .collect(Collectors.toSet());
    }

    /** Returns the periods of the wrong global documents. */
    Set<String> periodsWithWrongTotals() {
        return result.path("wrongTotals")
                .valueStream()
                .filter(found -> VerifyScope.ofTotal(found.path("userId").asString("")) == VerifyScope.GLOBAL_TOTALS)
                .map(found ->
                        List.of(found.path("id").asString("").split(":", 2)).getFirst())
                .collect(Collectors.toSet());
    }
}
