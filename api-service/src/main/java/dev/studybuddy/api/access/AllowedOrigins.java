package dev.studybuddy.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Checks whether a web page may call the service from a browser. */
@Component
final class AllowedOrigins {

    private static final String LOCAL_PORTS = "http://localhost:*";

    private final Set<String> exact;
    private final boolean everyLocalPort;

    AllowedOrigins(AccessProperties properties) {
        List<String> origins = properties.origins();
        this.everyLocalPort = origins.contains(LOCAL_PORTS);
        this.exact = origins.stream()
                .flatMap(origin -> parse(origin).stream())
                .map(AllowedOrigins::text)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether a setting is an exact origin, or the pattern for local ports in mode {@code open}. */
    static boolean isValid(String setting, AccessProperties.Mode mode) {
        return setting.equals(LOCAL_PORTS)
                ? mode == AccessProperties.Mode.OPEN
                : parse(setting).isPresent();
    }

    /** Returns whether a page of this origin may send the request. */
    boolean permits(String origin, HttpServletRequest request) {
        return parse(origin)
                .filter(parsed -> isOwn(parsed, request) || exact.contains(text(parsed)) || isPermittedPort(parsed))
                .isPresent();
    }

    private boolean isPermittedPort(URI origin) {
        return everyLocalPort
                && origin.getScheme().equals("http")
                && origin.getHost().equals("localhost");
    }

    /**
     * Returns whether the origin has the host and the port of the request's address. The scheme is not compared,
     * because a proxy may have terminated TLS.
     */
    private static boolean isOwn(URI origin, HttpServletRequest request) {
        String host = request.getServerName().toLowerCase(Locale.ROOT);
        int port = request.getServerPort();
        boolean defaultPort = port == defaultPort(request.getScheme());
        return origin.getHost().equals(host)
                && (port(origin) == port || (defaultPort && port(origin) == defaultPort(origin.getScheme())));
    }

    /** Returns the origin in lower case, or nothing if the text is not an HTTP origin without a path. */
    private static Optional<URI> parse(String origin) {
        try {
            URI uri = new URI(origin.toLowerCase(Locale.ROOT));
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean onlyOrigin = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
            return http && onlyOrigin ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException thrown) {
            return Optional.empty();
        }
    }

    private static String text(URI origin) {
        return origin.getScheme() + "://" + origin.getHost() + ':' + port(origin);
    }

    private static int port(URI origin) {
        return origin.getPort() < 0 ? defaultPort(origin.getScheme()) : origin.getPort();
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
