package dev.studybuddy.api.web;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * An error as the client sees it (RFC 9457).
 *
 * @param slug the last part of the type, stable: clients decide by it
 * @param title the same for every problem of this type
 * @param detail what happened this time, and what to do; never internals
 * @param errors the fields at fault, each one
 * @param retryAfter after which time another try makes sense
 */
public record Problem(
        HttpStatus status,
        String slug,
        String title,
        String detail,
        List<FieldFault> errors,
        @Nullable Duration retryAfter) {

    /** What stands before the slug in a type. */
    public static final String TYPE_PREFIX = "https://studybuddy.dev/problems/";

    /** The content type of a problem detail. */
    public static final String CONTENT_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
    }

    /** A field (or parameter, or header) at fault, and why. */
    public record FieldFault(String field, String message) {}

    public static Problem of(HttpStatus status, String slug, String title, String detail) {
        return new Problem(status, slug, title, detail, List.of(), null);
    }

    /** 400: fields, parameters or headers that break their rules. */
    public static Problem invalid(List<FieldFault> errors) {
        String names = String.join(
                ", ", errors.stream().map(FieldFault::field).distinct().toList());
        return new Problem(
                HttpStatus.BAD_REQUEST,
                "invalid-request",
                "Invalid request",
                "Not acceptable: " + names + ".",
                errors,
                null);
    }

    /** 400: one field, parameter or header that breaks its rule. */
    public static Problem invalid(String field, String message) {
        return invalid(List.of(new FieldFault(field, message)));
    }

    /** 404, also for what belongs to somebody else. */
    public static Problem notFound(String what) {
        return of(HttpStatus.NOT_FOUND, "not-found", "Not found", "There is no such " + what + '.');
    }

    public static Problem conflict(String slug, String title, String detail) {
        return of(HttpStatus.CONFLICT, slug, title, detail);
    }

    /** 503, to be asked again. */
    public static Problem unavailable(String slug, String detail) {
        return of(HttpStatus.SERVICE_UNAVAILABLE, slug, "Temporarily unavailable", detail)
                .retryAfter(Duration.ofSeconds(1));
    }

    public Problem retryAfter(Duration duration) {
        return new Problem(status, slug, title, detail, errors, duration);
    }

    public String type() {
        return TYPE_PREFIX + slug;
    }

    public ProblemException exception() {
        return new ProblemException(this);
    }
}
