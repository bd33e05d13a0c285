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
 * Holds the settings of authentication under {@code studybuddy.access}.
 *
 * @param mode In mode {@code jwt}, each request to the API needs a bearer token. Mode {@code open} is for a development
 *     machine: a request without a token acts as the demo user, who is an administrator.
 * @param issuer The {@code iss} claim of each token must equal this value. If no key source is set, the service finds
 *     the keys through the metadata of this issuer.
 * @param jwkSetUri The service loads the issuer's public keys from this URI.
 * @param publicKey The service verifies tokens with the RSA public key in this PEM file.
 * @param signingKey The service verifies HS256 tokens with this secret, which must have at least 32 bytes. Set it by
 *     the environment variable STUDYBUDDY_ACCESS_SIGNING_KEY.
 * @param audience The {@code aud} claim of each token must contain this value. If it is not set, the service accepts
 *     any audience.
 * @param consistencyKey The service signs consistency tokens with this secret, which must have at least 32 bytes and be
 *     equal on all instances. Set it by the environment variable STUDYBUDDY_ACCESS_CONSISTENCY_KEY. If it is not set,
 *     the service derives the secret from the signing key.
 */
@Validated
@ConfigurationProperties("studybuddy.access")
record AccessProperties(
        @DefaultValue("jwt") Mode mode,
        @Nullable String issuer,
        @Nullable String jwkSetUri,
        @Nullable Resource publicKey,
        @Nullable String signingKey,
        @Nullable String audience,
        @Nullable String consistencyKey) {

    /** Selects how the service identifies callers. */
    public enum Mode {
        /** Each caller presents a signed token. */
        JWT,
        /** A caller without a token is the demo user. */
        OPEN
    }

    public AccessProperties {
        issuer = blankToNull(issuer);
        jwkSetUri = blankToNull(jwkSetUri);
        signingKey = blankToNull(signingKey);
        audience = blankToNull(audience);
        consistencyKey = blankToNull(consistencyKey);
    }

    @AssertTrue(
            message = "If studybuddy.access.mode is jwt, exactly one of studybuddy.access.jwk-set-uri,"
                    + " studybuddy.access.public-key and studybuddy.access.signing-key must be set, or only"
                    + " studybuddy.access.issuer")
    boolean isExactlyOneKeySourceSet() {
        long sources = Stream.of(jwkSetUri, publicKey, signingKey)
                .filter(source -> source != null)
                .count();
        return mode == Mode.OPEN || sources == 1 || (sources == 0 && issuer != null);
    }

    @AssertTrue(
            message = "studybuddy.access.consistency-key (STUDYBUDDY_ACCESS_CONSISTENCY_KEY) must be set if"
                    + " studybuddy.access.mode is jwt and studybuddy.access.signing-key is not set")
    boolean isConsistencyKeyAvailable() {
        return mode == Mode.OPEN || consistencyKey != null || signingKey != null;
    }

    @AssertTrue(
            message = "studybuddy.access.signing-key and studybuddy.access.consistency-key must"
                    + " each have at least 32 bytes")
    boolean isEverySecretLongEnough() {
        return Stream.of(signingKey, consistencyKey)
                .allMatch(key -> key == null || key.getBytes(StandardCharsets.UTF_8).length >= 32);
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** Returns the settings without the secrets, so that no log can reveal them. */
    @Override
    public String toString() {
        return "AccessProperties[mode=" + mode + ", issuer=" + issuer + ", jwkSetUri=" + jwkSetUri + ']';
    }
}
