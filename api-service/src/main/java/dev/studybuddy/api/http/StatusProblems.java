package dev.studybuddy.api.http;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/** Creates the problem for a status that the framework or the container has set without a detail. */
final class StatusProblems {

    private StatusProblems() {}

    static Problem of(HttpStatus status) {
        String detail = switch (status) {
            case BAD_REQUEST -> "The request is malformed.";
            case UNAUTHORIZED -> "This endpoint requires a valid bearer token.";
            case FORBIDDEN -> "The caller is not permitted to make this request.";
            case NOT_FOUND -> "No resource exists at this address.";
            case METHOD_NOT_ALLOWED ->
                "This address does not support the request's method. The Allow header lists the supported methods.";
            case NOT_ACCEPTABLE -> "This endpoint has no answer in a type that the Accept header allows.";
            case REQUEST_TIMEOUT -> "The body must arrive within 10 seconds.";
            case CONTENT_TOO_LARGE -> "The body must be at most 64 KiB.";
            case UNSUPPORTED_MEDIA_TYPE ->
                "This endpoint does not accept the request's content type. Send application/json.";
            case EXPECTATION_FAILED ->
                "The service supports only the expectation 100-continue. Send the request without the Expect header.";
            case REQUEST_HEADER_FIELDS_TOO_LARGE -> "The headers must be at most 16 KiB in total.";
            case INTERNAL_SERVER_ERROR -> "The service failed unexpectedly. The failure is logged.";
            default ->
                status.is5xxServerError()
                        ? "The service is temporarily unable to answer. Retry this request later."
                        : "The service cannot process this request.";
        };
        String title = status.getReasonPhrase();
        String slug = status == HttpStatus.INTERNAL_SERVER_ERROR
                ? "internal-error"
                : title.toLowerCase(Locale.ROOT).replace(' ', '-');
        return Problem.of(status, slug, title, detail);
    }
}
