package dev.studybuddy.api.todo;

import dev.studybuddy.api.web.Fields;
import dev.studybuddy.api.web.TextRule;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a request may say about a todo. */
final class TodoFields {

    static final TextRule SUBJECT = TextRule.length(0, 60);
    private static final TextRule TITLE = TextRule.length(1, 200);
    private static final int MOST_QUESTIONS = 10_000;

    private TodoFields() {}

    /** For the description of the API. */
    record NewTodo(
            String title,
            @Nullable String subject,
            Difficulty difficulty,
            int questionsTarget,
            @Nullable LocalDate scheduledFor) {}

    /** For the description of the API. */
    record TodoPatch(
            @Nullable String title,
            @Nullable String subject,
            @Nullable Difficulty difficulty,
            @Nullable Integer questionsTarget,
            @Nullable Integer questionsCompleted,
            @Nullable Boolean completed,
            @Nullable LocalDate scheduledFor) {}

    static TodoState created(Fields fields, UUID id, String userId, Instant now) {
        TodoState created = new TodoState(
                id.toString(),
                userId,
                fields.text("title", null, TITLE),
                subject(fields, ""),
                difficulty(fields, null),
                fields.integer("questionsTarget", null, 0, MOST_QUESTIONS),
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

    /** The todo as the patch wants it, at the same version; what follows from {@code completed} is not filled in. */
    static TodoState patched(Fields fields, TodoState todo) {
        TodoState patched = new TodoState(
                todo.id(),
                todo.userId(),
                fields.text("title", todo.title(), TITLE),
                subject(fields, todo.subject()),
                difficulty(fields, todo.difficulty()),
                fields.integer("questionsTarget", todo.questionsTarget(), 0, MOST_QUESTIONS),
                fields.integer("questionsCompleted", todo.questionsCompleted(), 0, MOST_QUESTIONS),
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

    private static String subject(Fields fields, String otherwise) {
        String subject = fields.optionalText("subject", otherwise, SUBJECT);
        return subject == null ? "" : subject;
    }

    private static Difficulty difficulty(Fields fields, @Nullable Difficulty otherwise) {
        return fields.code(
                "difficulty", otherwise, Difficulty.EASY, Difficulty::ofCode, "must be easy, medium or hard");
    }
}
