package dev.studybuddy.api.access;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.ResourceRetriever;
import dev.studybuddy.api.deadline.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Loads the keys of an issuer, refreshes them in the background, and limits the requests for unknown keys. */
final class IssuerKeys implements AutoCloseable {

    private static final int MAX_BYTES = 256 * 1024;

    /** The keys are loaded this long before they expire, so that no request waits for them. */
    private static final Duration REFRESH_AHEAD = Duration.ofSeconds(15);

    /**
     * A request waits at most this long for keys that another request loads. If that load fails, the request that
     * waited still has time before its own deadline to load the keys itself.
     */
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);

    /** A request loads the keys only if at least this time remains before its deadline. */
    private static final Duration LEAST_LOAD_TIME = Duration.ofMillis(20);

    private final JWKSource<SecurityContext> cached;
    private final AtomicBoolean loaded = new AtomicBoolean();

    private IssuerKeys(JWKSetSource<SecurityContext> source, AccessProperties.KeySet settings) {
        this.cached = JWKSourceBuilder.create(source)
                .cache(settings.refreshInterval().toMillis(), MAX_WAIT.toMillis())
                .refreshAheadCache(REFRESH_AHEAD.toMillis(), true)
                .rateLimited(settings.minimumInterval().toMillis())
                .outageTolerant(settings.outageTolerance().toMillis())
                .build();
    }

    /** Returns the keys at a URI. */
    static IssuerKeys at(String uri, AccessProperties.KeySet settings) {
        return new IssuerKeys(new URLBasedJWKSetSource<>(url(uri), http(settings)), settings);
    }

    /** Returns the keys that the metadata of the issuer names. The metadata is requested for the first token. */
    static IssuerKeys ofIssuer(String issuer, AccessProperties.KeySet settings) {
        return new IssuerKeys(new IssuerKeySetSource(issuer, http(settings)), settings);
    }

    /**
     * Returns the source of keys for a decoder. If the limit of requests to the issuer is reached after the first load,
     * the source returns no keys. A token with an unknown key is then rejected with 401, and not answered with 503.
     */
    JWKSource<SecurityContext> source() {
        return (selector, context) -> {
            try {
                List<JWK> keys = cached.get(selector, context);
                loaded.set(true);
                return keys;
            } catch (RateLimitReachedException limited) {
                if (loaded.get()) {
                    return List.of();
                }
                throw limited;
            }
        };
    }

    @Override
    public void close() throws IOException {
        if (cached instanceof Closeable closeable) {
            closeable.close();
        }
    }

    /**
     * Returns the URL of a text.
     *
     * @throws IllegalStateException if the text is not an HTTP URL
     */
    static URL url(String text) {
        try {
            URL url = URI.create(text).toURL();
            if (url.getProtocol().startsWith("http")) {
                return url;
            }
            throw new IllegalStateException("'" + text + "' must be an HTTP URL");
        } catch (MalformedURLException | IllegalArgumentException malformed) {
            throw new IllegalStateException("'" + text + "' must be an HTTP URL", malformed);
        }
    }

    /** Returns a client whose timeouts end with the deadline of the request that needs the keys. */
    private static ResourceRetriever http(AccessProperties.KeySet settings) {
        return resource -> {
            Duration left = Deadline.limit(settings.connectTimeout().plus(settings.readTimeout()));
            if (left.compareTo(LEAST_LOAD_TIME) < 0) {
                throw new IOException("the deadline of the request leaves no time to load the keys of the issuer");
            }
            Duration connect = shorter(settings.connectTimeout(), left.dividedBy(2));
            Duration read = shorter(settings.readTimeout(), left.minus(connect));
            return new DefaultResourceRetriever(
                            Math.toIntExact(connect.toMillis()), Math.toIntExact(read.toMillis()), MAX_BYTES)
                    .retrieveResource(resource);
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
