package dev.studybuddy.api.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URL;
import java.text.ParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the key set of an issuer through the issuer's OpenID Connect metadata, and loads it. After a failed load, it
 * reads the metadata again, because the issuer may have moved its key set.
 */
final class IssuerKeySetSource implements JWKSetSource<SecurityContext> {

    private static final String METADATA = "/.well-known/openid-configuration";

    private final String issuer;
    private final URL metadata;
    private final ResourceRetriever http;
    private volatile @Nullable JWKSetSource<SecurityContext> keySetSource;

    IssuerKeySetSource(String issuer, ResourceRetriever http) {
        this.issuer = issuer;
        this.metadata =
                IssuerKeys.url((issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer) + METADATA);
        this.http = http;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long currentTime, @Nullable SecurityContext context)
            throws KeySourceException {
        JWKSetSource<SecurityContext> source = keySetSource;
        if (source == null) {
            source = new URLBasedJWKSetSource<>(findKeySet(), http);
            keySetSource = source;
        }
        try {
            return source.getJWKSet(evaluator, currentTime, context);
        } catch (KeySourceException failed) {
            keySetSource = null;
            throw failed;
        }
    }

    private URL findKeySet() throws KeySourceException {
        try {
            Map<String, Object> document =
                    JSONObjectUtils.parse(http.retrieveResource(metadata).getContent());
            if (!issuer.equals(document.get("issuer"))) {
                throw new JWKSetRetrievalException(
                        "the metadata at " + metadata + " names the issuer " + document.get("issuer") + " instead of "
                                + issuer,
                        null);
            }
            return IssuerKeys.url(String.valueOf(document.get("jwks_uri")));
        } catch (IOException | ParseException | IllegalStateException failed) {
            throw new JWKSetRetrievalException("the metadata at " + metadata + " cannot be read", failed);
        }
    }

    @Override
    public void close() throws IOException {
        // The source holds no connection between two requests.
    }
}
