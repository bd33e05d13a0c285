package dev.studybuddy.api.access;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Protects mode {@code open}, in which a caller without a token is an admin. The service listens only on loopback. This
 * filter rejects each request whose Host header names another host, so that a web page cannot reach the service by DNS
 * rebinding.
 */
@Component
@ConditionalOnOpenMode
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class OpenModeFilter extends OncePerRequestFilter {

    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    OpenModeFilter(@Value("${server.address:}") @Nullable InetAddress address) {
        if (address == null || !address.isLoopbackAddress()) {
            throw new IllegalStateException(
                    "If studybuddy.access.mode is open, server.address must be a loopback address"
                            + " such as 127.0.0.1, but it is "
                            + (address == null
                                    ? "not set, so the service would listen on all addresses"
                                    : address.getHostAddress()));
        }
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isOwnHost(request.getHeader(HttpHeaders.HOST))) {
            chain.doFilter(request, response);
            return;
        }
        ProblemWriter.write(
                request,
                response,
                Problem.of(
                        HttpStatus.FORBIDDEN,
                        "foreign-host",
                        "Forbidden",
                        "In mode open, the Host header must be localhost, 127.0.0.1 or [::1]."));
    }

    private static boolean isOwnHost(@Nullable String header) {
        if (header == null) {
            return false;
        }
        int port = header.lastIndexOf(':');
        String host = port > header.lastIndexOf(']') ? header.substring(0, port) : header;
        return HOSTS.contains(host.toLowerCase(Locale.ROOT));
    }
}
