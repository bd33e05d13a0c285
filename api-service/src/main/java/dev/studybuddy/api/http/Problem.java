package dev.studybuddy.api.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Describes an error to a client as a problem detail (RFC 9457).
 *
 * @param status the HTTP status of the answer
 * @param slug the last part of the type; it is stable, because clients branch on it
 * @param title the short summary, which is equal for all problems of one type
 * @param detail the cause of this occurrence and the client's remedy, without internals
 * @param errors one entry for each invalid field, parameter or header
 * @param retryAfter the time after which a retry may succeed; null if a retry does not help
 */
public record Problem(
        HttpStatus status,
        String slug,
        String title,
        String detail,
        List<FieldFault> errors,
        @Nullable Duration retryAfter) {

    /** The type of each problem is this prefix followed by the slug. */
    private static final String TYPE_PREFIX = "https://studybuddy.dev/problems/";

    /** Each problem detail has this content type. */
    public static final String CONTENT_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
    }

    /**
     * Describes one invalid field, parameter or header.
     *
     * @param field the name of the field, parameter or header
     * @param message the violated rule as a predicate, for example "must not be null"
     */
    public record FieldFault(String field, String message) {}

    /** Returns a problem without invalid fields and without a time for a retry. */
    public static Problem of(HttpStatus status, String slug, String title, String detail) {
        return new Problem(status, slug, title, detail, List.of(), null);
    }

    /** Returns a 400 problem for invalid fields, parameters or headers. */
    public static Problem invalid(List<FieldFault> errors) {
        String names = String.join(
                ", ", errors.stream().map(FieldFault::field).distinct().toList());
        return new Problem(
                HttpStatus.BAD_REQUEST,
                "invalid-request",
                "Invalid request",
                "The request is invalid in these parts: " + names
                        + ". The errors array states the rule for each of them.",
                errors,
                null);
    }

    /** Returns a 400 problem for one invalid field, parameter or header. */
    public static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldFault(field, message)));
    }

    /** Returns a 404 problem, which also answers requests for the resource of another user. */
    public static Problem notFound(String resource) {
        return of(HttpStatus.NOT_FOUND, "not-found", "Not found", "The requested " + resource + " does not exist.");
    }

    /** Returns a 409 problem. */
    public static Problem conflict(String slug, String title, String detail) {
        return of(HttpStatus.CONFLICT, slug, title, detail);
    }

    /** Returns a 503 problem that the client may retry after one second. */
    public static Problem unavailable(String slug, String detail) {
        return of(HttpStatus.SERVICE_UNAVAILABLE, slug, "Temporarily unavailable", detail)
                .retryAfter(Duration.ofSeconds(1));
    }

    /**
     * Returns the 503 problem of a read that is rejected so that the other reads and all writes keep their resources.
     */
    public static Problem tooManyReads() {
        return unavailable("too-many-reads", "Too many requests read at once. Retry this request after a second.");
    }

    /** Returns the 503 problem of a read for which no time is left, because its request waited too long before it. */
    public static Problem requestTooLate() {
        return unavailable(
                "too-many-reads",
                "The request waited so long that no time was left to read. Retry this request after a second.");
    }

    /** Returns this problem with the time after which a retry may succeed. */
    public Problem retryAfter(Duration duration) {
        return new Problem(status, slug, title, detail, errors, duration);
    }

    /** Returns the URI that identifies the type of the problem. */
    public String type() {
        return TYPE_PREFIX + slug;
    }

    /** Returns an exception that answers the request with this problem. */
    public ProblemException toException() {
        return new ProblemException(this);
    }
}
