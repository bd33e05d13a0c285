package dev.studybuddy.api.access;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/**
 * Signs tokens for any user. It exists only in mode {@code open}, in which a caller without a token is already an
 * admin.
 */
@Component
@ConditionalOnOpenMode
public final class DevTokens {

    private static final Duration LIFETIME = Duration.ofHours(12);

    private final JwtEncoder encoder;
    private final Clock clock;
    private final TokenRules rules;

    DevTokens(SigningKeys keys, Clock clock, TokenRules rules) {
        this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(keys.access().getFirst()));
        this.clock = clock;
        this.rules = rules;
    }

    /**
     * Holds a signed token.
     *
     * @param token the encoded token
     * @param expiresAt the time at which the token expires
     */
    public record DevToken(String token, Instant expiresAt) {}

    /** Returns a token that this service accepts for 12 hours. */
    public DevToken sign(UUID userId, Set<Role> roles) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expiresAt = now.plus(LIFETIME);
        JwtClaimsSet.Builder claims = JwtClaimsSet.builder()
                .subject(userId.toString())
                .issuedAt(now)
                .expiresAt(expiresAt)
                .claim("roles", roles.stream().map(Role::code).sorted().toList());
        if (rules.issuer() != null) {
            claims = claims.issuer(rules.issuer());
        }
        if (!rules.audiences().isEmpty()) {
            claims = claims.audience(rules.audiences());
        }
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).build();
        return new DevToken(
                encoder.encode(JwtEncoderParameters.from(header, claims.build()))
                        .getTokenValue(),
                expiresAt);
    }
}
