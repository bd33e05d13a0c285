package dev.studybuddy.api.todo;

import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.ItemIds;
import dev.studybuddy.api.http.ItemProblem;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.TodoState;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Describes one change of several todos.
 *
 * @param ids the ids of the todos, without duplicates
 */
record TodoBulkChange(Action action, List<UUID> ids) {

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
    record TodoBulkRequest(
            @Schema(allowableValues = {"complete", "reopen", "delete"})
            String action,

            @ArraySchema(minItems = 1, maxItems = WriteAnswers.MAX_WRITES, uniqueItems = true)
            List<UUID> ids) {}

    /** Holds one item for each id of the request, in the order of the request. */
    record TodoBulkItems(List<TodoBulkItem> items) {

        TodoBulkItems {
            items = List.copyOf(items);
        }
    }

    /**
     * Holds the answer that a request for this todo alone would have received.
     *
     * @param status the HTTP status: 200, 204, 400 or 404
     * @param version the version after the change; null if the change was not made
     * @param todo the todo after the change; null if it was deleted or the change was not made
     * @param problem the reason of a failure; null if the change was made
     */
    record TodoBulkItem(
            UUID id,
            int status,
            @Nullable Long version,
            @Nullable TodoState todo,
            @Nullable ItemProblem problem) {

        static TodoBulkItem changed(UUID id, TodoState todo) {
            return new TodoBulkItem(id, HttpStatus.OK.value(), todo.version(), todo, null);
        }

        static TodoBulkItem deleted(UUID id, DeletedState deleted) {
            return new TodoBulkItem(id, HttpStatus.NO_CONTENT.value(), deleted.version(), null, null);
        }

        /** Returns the item for a todo with a field that must be corrected before any other change. */
        static TodoBulkItem invalid(UUID id, Problem problem) {
            String faults = problem.errors().stream()
                    .map(fault -> fault.field() + ' ' + fault.message())
                    .collect(Collectors.joining("; "));
            ItemProblem item = new ItemProblem(
                    problem.type(),
                    problem.title(),
                    problem.status().value(),
                    "The todo is invalid: " + faults + ". Correct it with PATCH /api/todos/" + id + '.');
            return new TodoBulkItem(id, item.status(), null, null, item);
        }

        static TodoBulkItem notFound(UUID id) {
            Problem problem = Problem.notFound("todo");
            return new TodoBulkItem(id, problem.status().value(), null, null, ItemProblem.of(problem));
        }
    }

    /** Reads the body of a request. */
    static TodoBulkChange parse(JsonBody body) {
        Action action =
                body.code("action", null, Action.COMPLETE, Action::ofCode, "must be complete, reopen or delete");
        List<UUID> ids = ItemIds.read(body, WriteAnswers.MAX_WRITES);
        body.finish();
        return new TodoBulkChange(action, ids);
    }
}
