package dev.studybuddy.api.web;

import java.util.Locale;
import org.springframework.http.HttpStatus;

/** The problem that a bare status stands for, where the framework or the container found it. */
final class StatusProblems {

    private StatusProblems() {}

    static Problem of(HttpStatus status) {
        String detail = switch (status) {
            case BAD_REQUEST -> "The request is malformed.";
            case UNAUTHORIZED -> "A valid bearer token is required.";
            case FORBIDDEN -> "This caller may not do that.";
            case NOT_FOUND -> "There is nothing at this address.";
            case METHOD_NOT_ALLOWED -> "This address does not take that method; see the Allow header.";
            case NOT_ACCEPTABLE -> "This call answers application/json only.";
            case CONTENT_TOO_LARGE -> "The body is larger than 64 KiB.";
            case UNSUPPORTED_MEDIA_TYPE -> "This call does not take that content type; send application/json.";
            case REQUEST_HEADER_FIELDS_TOO_LARGE -> "The headers are larger than 16 KiB.";
            case INTERNAL_SERVER_ERROR -> "Something went wrong here; it has been logged.";
            default -> status.is5xxServerError() ? "The service cannot answer now." : "The request can't be answered.";
        };
        String title = status.getReasonPhrase();
        String slug = status == HttpStatus.INTERNAL_SERVER_ERROR
                ? "internal-error"
                : title.toLowerCase(Locale.ROOT).replace(' ', '-');
        return Problem.of(status, slug, title, detail);
    }
}
