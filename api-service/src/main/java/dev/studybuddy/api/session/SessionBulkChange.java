package dev.studybuddy.api.session;

import dev.studybuddy.api.consistency.WriteAnswers;
import dev.studybuddy.api.http.ItemIds;
import dev.studybuddy.api.http.ItemProblem;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.contract.DeletedState;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Describes the deletion of several sessions.
 *
 * @param ids the ids of the sessions, without duplicates
 */
record SessionBulkChange(List<UUID> ids) {

    private static final String DELETE = "delete";

    /** This record only documents the body of the request in the OpenAPI document. */
    record SessionBulkRequest(
            @Schema(allowableValues = DELETE) String action,

            @ArraySchema(minItems = 1, maxItems = WriteAnswers.MAX_WRITES, uniqueItems = true)
            List<UUID> ids) {}

    /** Holds one item for each id of the request, in the order of the request. */
    record SessionBulkItems(List<SessionBulkItem> items) {

        SessionBulkItems {
            items = List.copyOf(items);
        }
    }

    /**
     * Holds the answer that a request for this session alone would have received.
     *
     * @param status the HTTP status: 204 or 404
     * @param version the version of the deletion; null if no such session exists
     * @param problem the reason of a failure; null if the session was deleted
     */
    record SessionBulkItem(
            UUID id,
            int status,
            @Nullable Long version,
            @Nullable ItemProblem problem) {

        static SessionBulkItem deleted(UUID id, DeletedState deleted) {
            return new SessionBulkItem(id, HttpStatus.NO_CONTENT.value(), deleted.version(), null);
        }

        static SessionBulkItem notFound(UUID id) {
            Problem problem = Problem.notFound("session");
            return new SessionBulkItem(id, problem.status().value(), null, ItemProblem.of(problem));
        }
    }

    /** Reads the body of a request. */
    static SessionBulkChange parse(JsonBody body) {
        body.code("action", null, DELETE, SessionBulkChange::checkAction, "must be delete");
        List<UUID> ids = ItemIds.read(body, WriteAnswers.MAX_WRITES);
        body.finish();
        return new SessionBulkChange(ids);
    }

    private static String checkAction(String code) {
        if (!code.equals(DELETE)) {
            throw new IllegalArgumentException("the code is not the code of an action");
        }
        return code;
    }
}
