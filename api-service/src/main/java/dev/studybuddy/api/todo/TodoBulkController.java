package dev.studybuddy.api.todo;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.BulkItems;
import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.todo.TodoBulkChange.Action;
import dev.studybuddy.api.todo.TodoBulkChange.TodoBulkItem;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TodoState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class TodoBulkController {

    private final Todos todos;
    private final WriteAnswers answers;

    TodoBulkController(Todos todos, WriteAnswers answers) {
        this.todos = todos;
        this.answers = answers;
    }

    @Operation(
            operationId = "changeTodos",
            summary = "Completes, reopens or deletes up to " + WriteAnswers.MAX_WRITES + " todos of the caller",
            description = "All changes commit together. The answer has one item for each id, with the status that a"
                    + " request for this todo alone would have received, and one consistency token for all changes. A"
                    + " todo that does not exist, or that must be corrected first, prevents no other change.")
    @RequestBody(content = @Content(schema = @Schema(implementation = TodoBulkChange.TodoBulkRequest.class)))
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = TodoBulkChange.TodoBulkItems.class)))
    @PostMapping(
            path = "/api/todos/bulk",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> change(Caller caller, JsonBody body, IdempotentRequest post) {
        TodoBulkChange change = TodoBulkChange.parse(body);
        return post.runInTransaction(() -> apply(caller, change));
    }

    private UnrenderedAnswer apply(Caller caller, TodoBulkChange change) {
        BulkItems<TodoBulkItem> items = new BulkItems<>();
        for (UUID id : change.ids()) {
            if (change.action() == Action.DELETE) {
                items.add(
                        todos.delete(caller, id, null),
                        deleted -> TodoBulkItem.deleted(id, deleted),
                        () -> TodoBulkItem.notFound(id));
            } else {
                patch(caller, id, change.action(), items);
            }
        }
        return answers.ofAll(
                caller,
                HttpStatus.OK,
                AggregateType.TODO,
                items.written(),
                new TodoBulkChange.TodoBulkItems(items.items()));
    }

    private void patch(Caller caller, UUID id, Action action, BulkItems<TodoBulkItem> items) {
        try {
            items.add(
                    todos.patch(caller, id, null, action.patch()),
                    todo -> TodoBulkItem.changed(id, todo),
                    () -> TodoBulkItem.notFound(id));
        } catch (ProblemException rejected) {
            // The fields are checked before anything is written, so the transaction can continue with the next todo.
            if (rejected.problem().status() != HttpStatus.BAD_REQUEST) {
                throw rejected;
            }
            items.add(
                    Optional.<TodoState>empty(),
                    todo -> TodoBulkItem.changed(id, todo),
                    () -> TodoBulkItem.invalid(id, rejected.problem()));
        }
    }
}
