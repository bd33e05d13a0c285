package dev.studybuddy.api.access;

import jakarta.validation.constraints.AssertTrue;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.validation.annotation.Validated;

/**
 * Whom the service believes, under {@code studybuddy.access}.
 *
 * @param mode {@code jwt}, or {@code open} for a development machine
 * @param issuer which a token's {@code iss} must be; alone, the keys are found by its metadata
 * @param jwkSetUri where the issuer's keys are
 * @param publicKey an RSA public key, PEM
 * @param signingKey a secret for HS256, at least 32 bytes; from the environment: STUDYBUDDY_ACCESS_SIGNING_KEY
 * @param audience which a token's {@code aud} must hold; null for any
 * @param consistencyKey a secret that signs consistency tokens, the same on every instance, at least 32 bytes; from the
 *     environment: STUDYBUDDY_ACCESS_CONSISTENCY_KEY. Derived from the signing key where that is given instead.
 */
@Validated
@ConfigurationProperties("studybuddy.access")
public record AccessProperties(
        @DefaultValue("jwt") Mode mode,
        @Nullable String issuer,
        @Nullable String jwkSetUri,
        @Nullable Resource publicKey,
        @Nullable String signingKey,
        @Nullable String audience,
        @Nullable String consistencyKey) {

    /** How callers are known. */
    public enum Mode {
        JWT,
        OPEN
    }

    public AccessProperties {
        issuer = blankIsNull(issuer);
        jwkSetUri = blankIsNull(jwkSetUri);
        signingKey = blankIsNull(signingKey);
        audience = blankIsNull(audience);
        consistencyKey = blankIsNull(consistencyKey);
    }

    @AssertTrue(
            message = "studybuddy.access.mode is jwt: exactly one of studybuddy.access.jwk-set-uri, .public-key and"
                    + " .signing-key must be set, or only .issuer")
    boolean isOneSourceOfKeys() {
        long sources = Stream.of(jwkSetUri, publicKey, signingKey)
                .filter(source -> source != null)
                .count();
        return mode == Mode.OPEN || sources == 1 || (sources == 0 && issuer != null);
    }

    @AssertTrue(
            message =
                    "studybuddy.access.consistency-key must be set (STUDYBUDDY_ACCESS_CONSISTENCY_KEY) where there is no"
                            + " studybuddy.access.signing-key and studybuddy.access.mode is jwt")
    boolean isConsistencyKeyKnown() {
        return mode == Mode.OPEN || consistencyKey != null || signingKey != null;
    }

    @AssertTrue(
            message = "studybuddy.access.signing-key and studybuddy.access.consistency-key must have 32 bytes or more")
    boolean isEverySecretLongEnough() {
        return Stream.of(signingKey, consistencyKey)
                .allMatch(key -> key == null || key.getBytes(StandardCharsets.UTF_8).length >= 32);
    }

    private static @Nullable String blankIsNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "AccessProperties[mode=" + mode + ", issuer=" + issuer + ", jwkSetUri=" + jwkSetUri + ']';
    }
}
