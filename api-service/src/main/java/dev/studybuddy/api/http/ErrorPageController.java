package dev.studybuddy.api.http;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with a problem detail when a filter or the container dispatches a request to the error page. */
@Hidden
@RestController
final class ErrorPageController implements ErrorController {

    @RequestMapping("${spring.web.error.path:/error}")
    void writeProblem(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
        HttpStatus status = code instanceof Integer number ? resolve(number) : HttpStatus.NOT_FOUND;
        ProblemWriter.write(
                request,
                response,
                StatusProblems.of(status),
                thrown instanceof Throwable cause && status.is5xxServerError() ? cause : null);
    }

    private static HttpStatus resolve(int code) {
        @Nullable HttpStatus status = HttpStatus.resolve(code);
        return status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status;
    }
}
