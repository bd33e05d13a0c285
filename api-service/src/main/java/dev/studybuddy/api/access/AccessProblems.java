package dev.studybuddy.api.access;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/** Answers with a problem detail when the security filters reject a request. */
final class AccessProblems implements AuthenticationEntryPoint, AccessDeniedHandler, AuthenticationFailureHandler {

    private final InvalidTokenFilter invalidTokens;

    AccessProblems(InvalidTokenFilter invalidTokens) {
        this.invalidTokens = invalidTokens;
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException thrown)
            throws IOException {
        boolean hasHeader = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
        if (hasHeader) {
            invalidTokens.count(request);
        }
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, hasHeader ? "Bearer error=\"invalid_token\"" : "Bearer");
        String detail = hasHeader
                ? "The Authorization header must contain a valid bearer token."
                : "This endpoint requires a bearer token in the Authorization header.";
        ProblemWriter.write(
                request, response, Problem.of(HttpStatus.UNAUTHORIZED, "unauthorized", "Unauthorized", detail));
    }

    @Override
    public void onAuthenticationFailure(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException thrown)
            throws IOException {
        if (thrown instanceof AuthenticationServiceException) {
            ProblemWriter.write(
                    request,
                    response,
                    Problem.unavailable(
                            "issuer-unavailable",
                            "The token cannot be verified because its issuer does not answer."
                                    + " Retry this request later."));
        } else {
            commence(request, response, thrown);
        }
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException thrown)
            throws IOException {
        ProblemWriter.write(
                request,
                response,
                Problem.of(
                        HttpStatus.FORBIDDEN,
                        "forbidden",
                        "Forbidden",
                        "The caller's roles do not permit this request."));
    }
}
