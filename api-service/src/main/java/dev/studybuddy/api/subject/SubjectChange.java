package dev.studybuddy.api.subject;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.TextRule;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * Describes a rename or a merge of subjects, which replaces the subject of a user's todos and sessions.
 *
 * @param rename whether the change is a rename, which fails if a todo or a session has the new subject when it begins
 * @param from the subjects that the user's todos and sessions lose
 * @param to the subject that they receive
 */
record SubjectChange(boolean rename, List<String> from, String to) {

    static final TextRule SUBJECT = TextRule.length(1, 60);

    private static final int MAX_MERGED = 20;

    /** This record only documents the body of the request in the OpenAPI document. */
    record RenameRequest(
            @Schema(minLength = 1, maxLength = 60, example = "Maths")
            String from,

            @Schema(minLength = 1, maxLength = 60, example = "Mathematics")
            String to) {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record MergeRequest(
            @ArraySchema(
                    minItems = 1,
                    maxItems = MAX_MERGED,
                    uniqueItems = true,
                    schema = @Schema(minLength = 1, maxLength = 60, example = "Maths"))
            List<String> from,

            @Schema(minLength = 1, maxLength = 60, example = "Mathematics")
            String to) {}

    SubjectChange {
        from = List.copyOf(from);
    }

    /** Returns the problem of a rename to a subject that the user has. */
    static Problem subjectExists(String detail) {
        return Problem.conflict("subject-exists", "Subject exists", detail);
    }

    static SubjectChange parseRename(JsonBody body) {
        return parse(body, true, List.of(body.text("from", null, SUBJECT)));
    }

    static SubjectChange parseMerge(JsonBody body) {
        return parse(body, false, body.texts("from", 1, MAX_MERGED, SUBJECT));
    }

    private static SubjectChange parse(JsonBody body, boolean rename, List<String> from) {
        String to = body.text("to", null, SUBJECT);
        if (from.contains(to)) {
            body.fault("to", "must differ from the subjects in from");
        }
        body.finish();
        return new SubjectChange(rename, from, to);
    }
}
