package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

class TokenRulesTest {

    private static final String ISSUER = "https://issuer.example";

    private final OAuth2ResourceServerProperties.Jwt jwt = new OAuth2ResourceServerProperties().getJwt();

    @Test
    void modeJwtRequiresExactlyOneSourceOfKeys() {
        assertRejected("exactly one of", Map.of());
        assertThat(rules(Map.of("signing-key", AccessPropertiesTest.KEY)).source())
                .isEqualTo(TokenRules.KeySource.SIGNING_KEY);
        jwt.setIssuerUri(ISSUER);
        jwt.setAudiences(List.of("studybuddy"));
        assertThat(rules(Map.of()).source()).isEqualTo(TokenRules.KeySource.ISSUER);
        jwt.setJwkSetUri(ISSUER + "/keys");
        assertThat(rules(Map.of()).source()).isEqualTo(TokenRules.KeySource.KEY_SET);
        assertRejected("exactly one of", Map.of("signing-key", AccessPropertiesTest.KEY));
    }

    @Test
    void issuerAndAudienceAreRequiredWithTheKeysOfAnIssuer() {
        jwt.setJwkSetUri(ISSUER + "/keys");
        assertRejected("audiences must be set", Map.of());
        jwt.setIssuerUri(ISSUER);
        assertRejected("audiences must be set", Map.of());
        jwt.setAudiences(List.of(" "));
        assertRejected("audiences must be set", Map.of());
        jwt.setJwkSetUri(null);
        assertRejected("audiences must be set", Map.of());
        jwt.setAudiences(List.of("studybuddy"));
        jwt.setJwkSetUri(ISSUER + "/keys");
        jwt.setIssuerUri(null);
        assertRejected("issuer-uri and", Map.of());
        jwt.setJwkSetUri(null);
        jwt.setPublicKeyLocation(new ByteArrayResource(new byte[0]));
        assertRejected("audiences must be set", Map.of());
    }

    @Test
    void keysOfAnIssuerNeverVerifySymmetricAlgorithms() {
        jwt.setIssuerUri(ISSUER);
        jwt.setAudiences(List.of("studybuddy"));
        for (String algorithm : List.of("HS256", "none", "RS-256")) {
            jwt.setJwsAlgorithms(List.of("RS256", algorithm));
            assertRejected("jws-algorithms", Map.of());
        }
    }

    @Test
    void theClaimsOfTheUserAndTheRolesAreSettings() {
        String id = UUID.randomUUID().toString();
        jwt.setPrincipalClaimName("studybuddy_id");
        jwt.setAuthoritiesClaimName("groups");
        Jwt token = token(Map.of(
                "sub",
                "auth0|7",
                "studybuddy_id",
                id,
                "groups",
                "user,other,admin",
                "realm_access",
                Map.of("roles", List.of("operator-read", 7))));

        jwt.setAuthoritiesClaimDelimiter(",");
        assertThat(caller(token)).isEqualTo(new Caller(UUID.fromString(id), Set.of(Role.USER, Role.ADMIN)));
        jwt.setAuthoritiesClaimExpressions(List.of("[realm_access][roles]", "[absent][roles]"));
        assertThat(caller(token).roles()).containsExactly(Role.OPERATOR_READ);
        jwt.setPrincipalClaimName(null);
        assertThatThrownBy(() -> caller(token)).isInstanceOf(InvalidBearerTokenException.class);
    }

    private Caller caller(Jwt token) {
        return (Caller) new CallerConverter(rules(Map.of("signing-key", AccessPropertiesTest.KEY)))
                .convert(token)
                .getPrincipal();
    }

    private static Jwt token(Map<String, Object> claims) {
        Instant now = Instant.now();
        return new Jwt("text", now, now.plusSeconds(60), Map.of("alg", "HS256"), claims);
    }

    private TokenRules rules(Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("consistency-key", AccessPropertiesTest.KEY);
        return TokenRules.of(AccessPropertiesTest.bind(all), jwt);
    }

    private void assertRejected(String message, Map<String, String> settings) {
        assertThatThrownBy(() -> rules(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(message);
    }
}
