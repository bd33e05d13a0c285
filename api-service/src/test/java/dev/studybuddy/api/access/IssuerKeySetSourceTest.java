package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuerKeySetSourceTest {

    private static final int TIMEOUT_MILLIS =
            Math.toIntExact(Duration.ofSeconds(30).toMillis());

    @Test
    void aKeySetThatTheIssuerMovedIsFoundAfterAFailedLoad() throws KeySourceException {
        try (TestIssuer issuer = new TestIssuer()) {
            IssuerKeySetSource source =
                    new IssuerKeySetSource(issuer.url(), new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS));
            assertThat(load(source)).hasSize(2);

            issuer.moveKeySet("/moved");

            assertThatThrownBy(() -> load(source)).isInstanceOf(KeySourceException.class);
            assertThat(load(source)).hasSize(2);
        }
    }

    private static List<JWK> load(IssuerKeySetSource source) throws KeySourceException {
        return source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), 0, null)
                .getKeys();
    }
}
