package dev.studybuddy.api.access;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/** Signs tokens for any user. It exists only in mode {@code open}, in which every caller is an admin already. */
@Component
@ConditionalOnProperty(name = "studybuddy.access.mode", havingValue = "open")
public final class DevTokens {

    private static final Duration LIFETIME = Duration.ofHours(12);

    private final JwtEncoder encoder;
    private final Clock clock;
    private final AccessProperties properties;

    DevTokens(SigningKeys keys, Clock clock, AccessProperties properties) {
        this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(keys.access()));
        this.clock = clock;
        this.properties = properties;
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
        if (properties.issuer() != null) {
            claims = claims.issuer(properties.issuer());
        }
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).build();
        return new DevToken(
                encoder.encode(JwtEncoderParameters.from(header, claims.build()))
                        .getTokenValue(),
                expiresAt);
    }
}
