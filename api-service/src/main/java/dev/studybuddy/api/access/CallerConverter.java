package dev.studybuddy.api.access;

import java.util.Optional;
import java.util.UUID;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.stereotype.Component;

/** Converts a valid token into the authentication of its caller. */
@Component
final class CallerConverter implements Converter<Jwt, AbstractAuthenticationToken> {

    private final TokenRules rules;

    CallerConverter(TokenRules rules) {
        this.rules = rules;
    }

    /**
     * Returns the authentication of the caller.
     *
     * @throws InvalidBearerTokenException if the claim with the user's id is not a UUID
     */
    @Override
    public AbstractAuthenticationToken convert(Jwt token) {
        UUID id = parseUuid(String.valueOf(token.getClaims().get(rules.principalClaim())))
                .orElseThrow(() -> new InvalidBearerTokenException(
                        "the claim " + rules.principalClaim() + " of the token is not a UUID"));
        return new CallerAuthentication(
                new Caller(id, rules.roleClaims().read(token.getClaims())), CallerEmail.verifiedIn(token));
    }

    private static Optional<UUID> parseUuid(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException thrown) {
            return Optional.empty();
        }
    }
}
