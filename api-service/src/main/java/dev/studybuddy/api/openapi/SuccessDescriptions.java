package dev.studybuddy.api.openapi;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;

/**
 * Describes what the answer to a successful request contains. The schema of the body determines the description. A
 * handler whose answer needs another description annotates it.
 */
@Component
final class SuccessDescriptions implements GlobalOperationCustomizer {

    private static final String WITHOUT_BODY = "The request took effect. The answer has no body.";

    private static final Map<String, String> AGGREGATES =
            Map.of("SessionState", "study session", "TodoState", "todo", "User", "user");

    private static final Map<String, String> BY_BODY = Map.ofEntries(
            Map.entry("ActiveGenerationNumber", "The answer names the generation that reads use from now on."),
            Map.entry("Analytics", "The answer contains the values of each day, their totals and the streak."),
            Map.entry("BrokenDocument", "The answer names the document, which is marked as broken."),
            Map.entry("BuildingGeneration", "The answer names the generation that the projectors build."),
            Map.entry("DeadLetterDetails", "The answer contains the dead letter with its headers, key and value."),
            Map.entry("DeadLetterGroups", "The answer lists the groups, each with its number of dead letters."),
            Map.entry("DevToken", "The answer contains the token and the time at which it expires."),
            Map.entry("Health", "The answer states whether the service is healthy or degraded."),
            Map.entry("JobView", "The answer describes the job. Further fields depend on its kind."),
            Map.entry("Leaderboard", "The answer contains the entries of the period, each with its rank."),
            Map.entry("PageAuditEntry", "The answer is one page of the matching entries of the audit."),
            Map.entry("PageDeadLetter", "The answer is one page of the matching dead letters."),
            Map.entry("PageNamedSubject", "The answer is one page of the caller's subjects."),
            Map.entry("PageSessionState", "The answer is one page of the caller's matching study sessions."),
            Map.entry("PageTodoState", "The answer is one page of the caller's matching todos."),
            Map.entry("PageUser", "The answer is one page of the matching users."),
            Map.entry("PausedTypes", "The answer lists the paused types, each with the reason of its pause."),
            Map.entry("PipelineHealth", "The answer describes the databases, Kafka, the outbox and the read models."),
            Map.entry("ReadModelView[]", "The answer lists the read models, each with its generations."),
            Map.entry("ReplayedDeadLetter", "The answer names the dead letter and its new state."),
            Map.entry("RetriedEvent", "The answer names the event, which a publisher sends again."),
            Map.entry("SessionBulkItems", "The answer has one item for each id, with the status of its deletion."),
            Map.entry("Snapshot", "The answer names the aggregate and the version whose snapshot was emitted."),
            Map.entry(
                    "StuckOrDeadLetteredEvent[]", "The answer lists the events, each with its reason and with advice."),
            Map.entry("SubjectChangeJobId", "The answer names the job that changes the todos and sessions."),
            Map.entry("SubjectChangeView", "The answer describes the change and its progress."),
            Map.entry("Subjects", "The answer lists the subjects, the hardest one first."),
            Map.entry(
                    "SubmittedJob", "The answer names the queued job, or the unfinished job that does the same work."),
            Map.entry(
                    "SyncTriggerResult",
                    "The answer states how many events were pending at the call, how many of them still are, and"
                            + " whether MongoDB shows them."),
            Map.entry("Timeline", "The answer contains the outbox rows, mirrors and dead letters of the aggregate."),
            Map.entry("TodoBulkItems", "The answer has one item for each id, with the status of its change."),
            Map.entry("UserExport", "The answer is a document with the caller's user, subjects, todos and sessions."),
            Map.entry("object", "The answer is the report, whose fields the read model defines."),
            Map.entry("text/event-stream", "The answer is a stream of server-sent events."));

    @Override
    public Operation customize(Operation operation, HandlerMethod handler) {
        Handler described = new Handler(handler);
        operation.getResponses().forEach((code, response) -> {
            if (code.startsWith("2") && isReasonPhrase(code, response.getDescription())) {
                response.setDescription(describe(code, response, described));
            }
        });
        return operation;
    }

    private static boolean isReasonPhrase(String code, @Nullable String description) {
        return HttpStatus.valueOf(Integer.parseInt(code)).getReasonPhrase().equals(description);
    }

    private static String describe(String code, ApiResponse response, Handler handler) {
        if ("204".equals(code)) {
            return WITHOUT_BODY;
        }
        String body = nameOfBody(response.getContent());
        String aggregate = AGGREGATES.get(body);
        if (aggregate == null) {
            return BY_BODY.getOrDefault(body, response.getDescription());
        }
        if ("201".equals(code)) {
            return "The answer is the created " + aggregate + '.';
        }
        return handler.writes()
                ? "The answer is the " + aggregate + " after the change. A patch without a change keeps its version."
                : "The answer is the " + aggregate + '.';
    }

    /** Returns whether the body is one todo, study session or user. */
    static boolean isAggregate(@Nullable Content content) {
        return AGGREGATES.containsKey(nameOfBody(content));
    }

    /** Returns the name of the body's schema, or the content type of a stream. It is empty without a body. */
    static String nameOfBody(@Nullable Content content) {
        if (content == null || content.isEmpty()) {
            return "";
        }
        Map.Entry<String, MediaType> body = content.entrySet().iterator().next();
        if (body.getKey().equals(org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE)) {
            return body.getKey();
        }
        Schema<?> schema = body.getValue().getSchema();
        return schema.getItems() == null ? name(schema) : name(schema.getItems()) + "[]";
    }

    private static String name(Schema<?> schema) {
        String reference = schema.get$ref();
        return reference == null ? "object" : reference.substring(reference.lastIndexOf('/') + 1);
    }
}
