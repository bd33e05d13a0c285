package dev.studybuddy.api.todo;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.ETags;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TodoState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/todos", produces = MediaType.APPLICATION_JSON_VALUE)
final class TodoController {

    private static final TextRule SEARCHED_TEXT = TextRule.length(0, 200);

    private final Todos todos;
    private final WriteAnswers answers;

    TodoController(Todos todos, WriteAnswers answers) {
        this.todos = todos;
        this.answers = answers;
    }

    @Operation(operationId = "createTodo", summary = "Creates a todo")
    @RequestBody(content = @Content(schema = @Schema(implementation = TodoFields.NewTodo.class)))
    @ApiResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = TodoState.class)))
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> create(Caller caller, JsonBody body, IdempotentRequest post) {
        TodoState requested = TodoFields.parseNew(body, UUID.randomUUID(), caller.userId(), todos.now());
        return post.runInTransaction(() -> {
            TodoState todo = todos.create(caller, requested);
            return answers.of(caller, HttpStatus.CREATED, AggregateType.TODO, todo, todo)
                    .location("/api/todos/" + todo.id());
        });
    }

    @Operation(
            operationId = "listTodos",
            summary = "Lists the caller's todos",
            description = "All filters apply together. The filters day, from and to concern the day for which a todo is"
                    + " scheduled; completedFrom and completedTo concern the day on which it was completed. Both ends"
                    + " of a range are inclusive. A cursor is valid only with the sort of its page.")
    @GetMapping
    Page<TodoState> list(
            Caller caller,
            @Parameter(schema = @Schema(type = "boolean")) @RequestParam(required = false) @Nullable String completed,
            @Parameter(
                            description = "The list contains only todos of this subject; an empty value selects todos"
                                    + " without a subject.",
                            schema = @Schema(maxLength = 60))
                    @RequestParam(required = false)
                    @Nullable
                    String subject,
            @Parameter(schema = @Schema(allowableValues = {"easy", "medium", "hard"}))
                    @RequestParam(required = false)
                    @Nullable
                    String difficulty,
            @Parameter(
                            description =
                                    "The list contains only todos whose title contains this text, without regard to"
                                            + " the case of letters; a PostgreSQL server with the locale C ignores"
                                            + " the case of ASCII letters only.",
                            schema = @Schema(maxLength = 200))
                    @RequestParam(required = false)
                    @Nullable
                    String text,
            @Parameter(schema = @Schema(type = "string", format = "date"), example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String day,
            @Parameter(schema = @Schema(type = "string", format = "date"), example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(schema = @Schema(type = "string", format = "date"), example = "2026-11-29")
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @Parameter(
                            description = "The list contains only todos that were completed on this day or later. The"
                                    + " day is a date in the time zone that the user had at the completion.",
                            schema = @Schema(type = "string", format = "date"),
                            example = "2026-11-23")
                    @RequestParam(required = false)
                    @Nullable
                    String completedFrom,
            @Parameter(
                            description = "The list contains only todos that were completed on this day or earlier.",
                            schema = @Schema(type = "string", format = "date"),
                            example = "2026-11-29")
                    @RequestParam(required = false)
                    @Nullable
                    String completedTo,
            @Parameter(
                            description = "The value names the order; a minus sign reverses it. Todos that are not"
                                    + " scheduled come last in the orders by scheduledFor, and todos that are not"
                                    + " completed come last in the orders by completedOn. The orders by a day order the"
                                    + " todos of one day by their creation.",
                            schema =
                                    @Schema(
                                            defaultValue = "-createdAt",
                                            allowableValues = {
                                                "createdAt",
                                                "-createdAt",
                                                "scheduledFor",
                                                "-scheduledFor",
                                                "completedOn",
                                                "-completedOn"
                                            }))
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        TodoList.Filter filter = new TodoList.Filter(
                parameters.bool("completed", completed),
                parameters.text("subject", subject, OwnerCheck.SUBJECT),
                parameters
                        .code("difficulty", difficulty, TodoFields::findDifficulty, "easy, medium, hard")
                        .orElse(null),
                parameters.range(day, from, to),
                parameters.range("completedFrom", completedFrom, "completedTo", completedTo),
                parameters.text("text", text, SEARCHED_TEXT));
        TodoList.Order order = parameters.code(
                "sort", sort, TodoList.Order.NEWEST_FIRST, TodoList.Order::ofCode, TodoList.Order.CODES);
        TodoList.Query query = new TodoList.Query(
                filter, order, parameters.cursor("cursor", cursor, order.code()), parameters.pageSize(limit));
        parameters.finish();
        return todos.list(caller, query);
    }

    @Operation(operationId = "getTodo", summary = "Returns a todo of the caller")
    @GetMapping("/{id}")
    ResponseEntity<TodoState> get(Caller caller, @PathVariable UUID id) {
        TodoState todo = todos.find(caller, id)
                .orElseThrow(() -> Problem.notFound("todo").toException());
        return ResponseEntity.ok().eTag(ETags.of(todo.version())).body(todo);
    }

    @Operation(operationId = "patchTodo", summary = "Changes a todo of the caller by a JSON merge patch")
    @RequestBody(content = @Content(schema = @Schema(implementation = TodoFields.TodoPatch.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = TodoState.class)))
    @PatchMapping(
            path = "/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    ResponseEntity<byte[]> patch(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            JsonBody body,
            IdempotentRequest patch) {
        return patch.runInTransaction(
                () -> answers.ofChange(caller, AggregateType.TODO, todos.patch(caller, id, ifMatch, body)));
    }

    @Operation(operationId = "deleteTodo", summary = "Deletes a todo of the caller")
    @ApiResponse(responseCode = "204")
    @DeleteMapping("/{id}")
    ResponseEntity<byte[]> delete(
            Caller caller,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            IdempotentRequest delete) {
        return delete.runInTransaction(
                () -> answers.ofDeletion(caller, AggregateType.TODO, todos.delete(caller, id, ifMatch)));
    }
}
