package dev.studybuddy.api.access;

import com.nimbusds.jose.JWSAlgorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;

/**
 * Holds the rules for a valid token. They come from the resource server's properties of Spring Boot and from
 * {@link AccessProperties}.
 *
 * @param source the source of the keys
 * @param issuer the {@code iss} claim that each token must have; null to accept every issuer
 * @param audiences the {@code aud} claim of each token must contain one of them; empty to accept every audience
 * @param algorithms the signature algorithms that a token may have
 * @param clockSkew the tolerated difference between the clocks of the issuer and this service
 * @param principalClaim the claim with the user's id
 * @param roleClaims the claims with the caller's roles
 */
record TokenRules(
        KeySource source,
        @Nullable String issuer,
        List<String> audiences,
        Set<JWSAlgorithm> algorithms,
        Duration clockSkew,
        String principalClaim,
        RoleClaims roleClaims) {

    /** The properties that this class reads have this prefix. */
    static final String PREFIX = "spring.security.oauth2.resourceserver.jwt.";

    private static final String DEFAULT_PRINCIPAL_CLAIM = "sub";

    /** Lists where the keys that verify tokens come from. */
    enum KeySource {
        /** The secrets of {@code studybuddy.access.signing-key} verify HS256 tokens. */
        SIGNING_KEY,
        /** The RSA key of {@code public-key-location} verifies tokens. */
        PUBLIC_KEY,
        /** The keys at {@code jwk-set-uri} verify tokens. */
        KEY_SET,
        /** The metadata of the issuer names its key set. */
        ISSUER
    }

    TokenRules {
        audiences = List.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
    }

    /**
     * Returns the rules that the properties define.
     *
     * @throws IllegalStateException if the properties contradict each other or lack a required value
     */
    static TokenRules of(AccessProperties access, OAuth2ResourceServerProperties.Jwt jwt) {
        KeySource source = chooseSource(access, jwt);
        String issuer = textOf(jwt.getIssuerUri()).orElse(null);
        List<String> audiences =
                jwt.getAudiences().stream().filter(text -> !text.isBlank()).toList();
        if (source != KeySource.SIGNING_KEY && (issuer == null || audiences.isEmpty())) {
            throw new IllegalStateException(PREFIX + "issuer-uri and " + PREFIX + "audiences must be set if tokens are"
                    + " verified with the keys of an issuer. Otherwise, tokens that the issuer signed for other"
                    + " services would be valid here.");
        }
        if (access.mode() == AccessProperties.Mode.OPEN) {
            return new TokenRules(
                    source,
                    issuer,
                    audiences,
                    Set.of(JWSAlgorithm.HS256),
                    access.clockSkew(),
                    DEFAULT_PRINCIPAL_CLAIM,
                    RoleClaims.DEFAULT);
        }
        return new TokenRules(
                source,
                issuer,
                audiences,
                algorithms(source, jwt.getJwsAlgorithms()),
                access.clockSkew(),
                textOf(jwt.getPrincipalClaimName()).orElse(DEFAULT_PRINCIPAL_CLAIM),
                RoleClaims.of(jwt));
    }

    private static KeySource chooseSource(AccessProperties access, OAuth2ResourceServerProperties.Jwt jwt) {
        if (access.mode() == AccessProperties.Mode.OPEN) {
            return KeySource.SIGNING_KEY;
        }
        List<KeySource> set = new ArrayList<>();
        if (!access.signingKey().isEmpty()) {
            set.add(KeySource.SIGNING_KEY);
        }
        if (jwt.getPublicKeyLocation() != null) {
            set.add(KeySource.PUBLIC_KEY);
        }
        if (textOf(jwt.getJwkSetUri()).isPresent()) {
            set.add(KeySource.KEY_SET);
        }
        if (set.isEmpty() && textOf(jwt.getIssuerUri()).isPresent()) {
            set.add(KeySource.ISSUER);
        }
        if (set.size() != 1) {
            throw new IllegalStateException("If studybuddy.access.mode is jwt, exactly one of " + PREFIX
                    + "jwk-set-uri, " + PREFIX + "public-key-location and studybuddy.access.signing-key must be set, or"
                    + " only " + PREFIX + "issuer-uri; now these sources of keys are set: " + set);
        }
        return set.getFirst();
    }

    private static Set<JWSAlgorithm> algorithms(KeySource source, List<String> names) {
        if (source == KeySource.SIGNING_KEY) {
            return Set.of(JWSAlgorithm.HS256);
        }
        Set<JWSAlgorithm> algorithms =
                names.stream().map(JWSAlgorithm::parse).collect(Collectors.toCollection(LinkedHashSet::new));
        // With a symmetric algorithm, everybody who has the public key could sign tokens.
        if (!algorithms.stream()
                .allMatch(one -> JWSAlgorithm.Family.RSA.contains(one) || JWSAlgorithm.Family.EC.contains(one))) {
            throw new IllegalStateException(PREFIX + "jws-algorithms must contain only RSA and ECDSA algorithms such as"
                    + " RS256 and ES256, but it is " + names);
        }
        if (source == KeySource.PUBLIC_KEY) {
            algorithms.removeIf(one -> !JWSAlgorithm.Family.RSA.contains(one));
        }
        if (algorithms.isEmpty()) {
            throw new IllegalStateException(PREFIX + "jws-algorithms must contain an algorithm that fits the keys");
        }
        return algorithms;
    }

    private static Optional<String> textOf(@Nullable String text) {
        return Optional.ofNullable(text).filter(present -> !present.isBlank());
    }
}
