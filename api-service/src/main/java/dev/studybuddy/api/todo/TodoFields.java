package dev.studybuddy.api.todo;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and checks the fields of a request that creates or changes a todo. */
final class TodoFields {

    static final TextRule SUBJECT = TextRule.length(0, 60);
    private static final TextRule TITLE = TextRule.length(1, 200);
    private static final int MAX_QUESTIONS = 10_000;

    private TodoFields() {}

    /** This record only describes the body of the request in the description of the API. */
    record NewTodo(
            String title,
            @Nullable String subject,
            Difficulty difficulty,
            int questionsTarget,
            @Nullable LocalDate scheduledFor) {}

    /** This record only describes the body of the request in the description of the API. */
    record TodoPatch(
            @Nullable String title,
            @Nullable String subject,
            @Nullable Difficulty difficulty,
            @Nullable Integer questionsTarget,
            @Nullable Integer questionsCompleted,
            @Nullable Boolean completed,
            @Nullable LocalDate scheduledFor) {}

    /** Returns the first version of the todo that the request describes. */
    static TodoState parseNew(JsonBody fields, UUID id, String userId, Instant now) {
        TodoState created = new TodoState(
                id.toString(),
                userId,
                fields.text("title", null, TITLE),
                subject(fields, ""),
                difficulty(fields, null),
                fields.integer("questionsTarget", null, 0, MAX_QUESTIONS),
                0,
                false,
                null,
                null,
                fields.optionalDate("scheduledFor", null),
                1,
                now,
                now);
        fields.finish();
        return created;
    }

    /**
     * Returns the todo with the patch applied, at the same version. The caller updates the version and the time and day of
     * completion, which follow from {@code completed}.
     */
    static TodoState applyPatch(JsonBody fields, TodoState todo) {
        TodoState patched = new TodoState(
                todo.id(),
                todo.userId(),
                fields.text("title", todo.title(), TITLE),
                subject(fields, todo.subject()),
                difficulty(fields, todo.difficulty()),
                fields.integer("questionsTarget", todo.questionsTarget(), 0, MAX_QUESTIONS),
                fields.integer("questionsCompleted", todo.questionsCompleted(), 0, MAX_QUESTIONS),
                fields.bool("completed", todo.completed()),
                todo.completedAt(),
                todo.completedOn(),
                fields.optionalDate("scheduledFor", todo.scheduledFor()),
                todo.version(),
                todo.createdAt(),
                todo.updatedAt());
        fields.finish();
        return patched;
    }

    private static String subject(JsonBody fields, String defaultValue) {
        String subject = fields.optionalText("subject", defaultValue, SUBJECT);
        return subject == null ? "" : subject;
    }

    private static Difficulty difficulty(JsonBody fields, @Nullable Difficulty defaultValue) {
        return fields.code(
                "difficulty", defaultValue, Difficulty.EASY, Difficulty::ofCode, "must be easy, medium or hard");
    }
}
