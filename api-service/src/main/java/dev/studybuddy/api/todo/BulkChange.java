package dev.studybuddy.api.todo;

import dev.studybuddy.api.consistency.WriteReceipts;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.contract.TodoState;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Describes one change of several todos.
 *
 * @param ids the ids of the todos, without duplicates
 */
record BulkChange(Action action, List<UUID> ids) {

    private static final TextRule ID = TextRule.matching(
            36,
            "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "must be a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301");

    /** Lists the changes that a client can make to several todos. */
    enum Action {
        COMPLETE,
        REOPEN,
        DELETE;

        static Action ofCode(String code) {
            return switch (code) {
                case "complete" -> COMPLETE;
                case "reopen" -> REOPEN;
                case "delete" -> DELETE;
                default -> throw new IllegalArgumentException("the code is not the code of an action");
            };
        }

        /** Returns the merge patch of an action that is not a deletion. */
        JsonBody patch() {
            return JsonBody.of(("{\"completed\":" + (this == COMPLETE) + '}').getBytes(StandardCharsets.UTF_8));
        }
    }

    /** This record only documents the body of the request in the OpenAPI document. */
    record Request(
            @Schema(allowableValues = {"complete", "reopen", "delete"})
            String action,

            @ArraySchema(minItems = 1, maxItems = WriteReceipts.MAX_WRITES, uniqueItems = true)
            List<UUID> ids) {}

    /** Holds one answer for each id of the request, in the order of the request. */
    record Answers(List<Answer> items) {

        Answers {
            items = List.copyOf(items);
        }
    }

    /**
     * Holds the answer that a request for this todo alone would have received.
     *
     * @param status the HTTP status: 200, 204 or 404
     * @param version the version after the change; null if no such todo exists
     * @param todo the todo after the change; null if it was deleted or no such todo exists
     * @param problem the reason of a failure; null if the change was made
     */
    record Answer(
            UUID id,
            int status,
            @Nullable Long version,
            @Nullable TodoState todo,
            @Nullable ItemProblem problem) {

        static Answer notFound(UUID id) {
            Problem problem = Problem.notFound("todo");
            int status = problem.status().value();
            return new Answer(
                    id, status, null, null, new ItemProblem(problem.type(), problem.title(), status, problem.detail()));
        }
    }

    /** Holds the problem detail of one item. */
    record ItemProblem(String type, String title, int status, String detail) {}

    /** Reads the body of a request. */
    static BulkChange parse(JsonBody body) {
        Action action =
                body.code("action", null, Action.COMPLETE, Action::ofCode, "must be complete, reopen or delete");
        List<String> ids = body.texts("ids", 1, WriteReceipts.MAX_WRITES, ID);
        body.finish();
        return new BulkChange(action, ids.stream().map(UUID::fromString).toList());
    }
}
