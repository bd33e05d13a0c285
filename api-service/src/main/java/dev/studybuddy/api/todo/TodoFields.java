package dev.studybuddy.api.todo;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventYears;
import dev.studybuddy.contract.TodoState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and checks the fields of a request that creates or changes a todo. */
final class TodoFields {

    private static final TextRule TITLE = TextRule.length(1, 200);
    private static final int MAX_QUESTIONS = 10_000;
    private static final String SCHEDULED_FOR =
            "The date lies in the years " + EventYears.FIRST + " to " + EventYears.LAST + '.';

    private TodoFields() {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record NewTodo(
            @Schema(minLength = 1, maxLength = 200, example = "Read chapter 3")
            String title,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, maxLength = 60, example = "Math") @Nullable
            String subject,

            Difficulty difficulty,

            @Schema(minimum = "0", maximum = "10000", example = "10")
            int questionsTarget,

            @Schema(description = SCHEDULED_FOR) @Nullable LocalDate scheduledFor) {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record TodoPatch(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, minLength = 1, maxLength = 200) @Nullable
            String title,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, maxLength = 60) @Nullable
            String subject,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Difficulty difficulty,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, minimum = "0", maximum = "10000") @Nullable
            Integer questionsTarget,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, minimum = "0", maximum = "10000") @Nullable
            Integer questionsCompleted,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Boolean completed,

            @Schema(description = SCHEDULED_FOR) @Nullable LocalDate scheduledFor) {}

    /** Returns the first version of the todo that the request describes. */
    static TodoState parseNew(JsonBody body, UUID id, String userId, Instant now) {
        TodoState created = new TodoState(
                id.toString(),
                userId,
                body.text("title", null, TITLE),
                subject(body, ""),
                difficulty(body, null),
                body.integer("questionsTarget", null, 0, MAX_QUESTIONS),
                0,
                false,
                null,
                null,
                scheduledFor(body, null),
                1,
                now,
                now);
        body.finish();
        return created;
    }

    /**
     * Returns the todo with the patch applied, at the same version. The caller updates the version and the time and day
     * of completion, which follow from {@code completed}.
     */
    static TodoState applyPatch(JsonBody body, TodoState todo) {
        TodoState patched = new TodoState(
                todo.id(),
                todo.userId(),
                body.text("title", todo.title(), TITLE),
                subject(body, todo.subject()),
                difficulty(body, todo.difficulty()),
                body.integer("questionsTarget", todo.questionsTarget(), 0, MAX_QUESTIONS),
                body.integer("questionsCompleted", todo.questionsCompleted(), 0, MAX_QUESTIONS),
                body.bool("completed", todo.completed()),
                todo.completedAt(),
                todo.completedOn(),
                scheduledFor(body, todo.scheduledFor()),
                todo.version(),
                todo.createdAt(),
                todo.updatedAt());
        body.finish();
        return patched;
    }

    /** Returns the difficulty with a code, or empty if no difficulty has it. */
    static Optional<Difficulty> findDifficulty(String code) {
        return Arrays.stream(Difficulty.values())
                .filter(difficulty -> difficulty.code().equals(code))
                .findFirst();
    }

    private static String subject(JsonBody body, String defaultValue) {
        String subject = body.optionalText("subject", defaultValue, OwnerCheck.SUBJECT);
        return subject == null ? "" : subject;
    }

    /**
     * Reads the day of a todo. A todo that was written before this rule may have a day outside the years of
     * {@link EventYears}. A patch of such a todo must correct the day, because a reader would reject the event.
     */
    private static @Nullable LocalDate scheduledFor(JsonBody body, @Nullable LocalDate defaultValue) {
        LocalDate day = body.optionalDate("scheduledFor", defaultValue);
        if (!EventYears.contain(day)) {
            body.fault(
                    "scheduledFor",
                    "must be a date in the years " + EventYears.FIRST + " to " + EventYears.LAST + ", or null");
        }
        return day;
    }

    private static Difficulty difficulty(JsonBody body, @Nullable Difficulty defaultValue) {
        return body.code(
                "difficulty", defaultValue, Difficulty.EASY, Difficulty::ofCode, "must be easy, medium or hard");
    }
}
