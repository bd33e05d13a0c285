package dev.studybuddy.api.access;

import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Guards the mode in which whoever reaches the service is an admin: it listens on loopback only, and a web page of
 * another origin can't use a browser on this machine to reach it, nor a foreign name that points to loopback.
 */
@Component
@ConditionalOnProperty(name = "studybuddy.access.mode", havingValue = "open")
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class OpenMode extends OncePerRequestFilter {

    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    OpenMode(@Value("${server.address:}") @Nullable InetAddress address) {
        if (address == null || !address.isLoopbackAddress()) {
            throw new IllegalStateException("studybuddy.access.mode is open: server.address must be a loopback address"
                    + " (127.0.0.1), and is "
                    + (address == null ? "not set, which means all" : address.getHostAddress()));
        }
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!ownHost(request.getHeader(HttpHeaders.HOST))) {
            refuse(
                    request,
                    response,
                    "foreign-host",
                    "In mode open only the hosts localhost, 127.0.0.1 and [::1] are served.");
            return;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !ownOrigin(origin)) {
            refuse(request, response, "foreign-origin", "In mode open pages of another origin are not served.");
            return;
        }
        chain.doFilter(request, response);
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, String slug, String detail)
            throws IOException {
        ProblemWriter.write(request, response, Problem.of(HttpStatus.FORBIDDEN, slug, "Forbidden", detail));
    }

    private static boolean ownHost(@Nullable String header) {
        if (header == null) {
            return false;
        }
        int port = header.lastIndexOf(':');
        String host = port > header.lastIndexOf(']') ? header.substring(0, port) : header;
        return HOSTS.contains(host.toLowerCase(Locale.ROOT));
    }

    private static boolean ownOrigin(String origin) {
        try {
            URI uri = new URI(origin);
            return uri.getHost() != null && HOSTS.contains(uri.getHost().toLowerCase(Locale.ROOT));
        } catch (URISyntaxException thrown) {
            return false;
        }
    }
}
