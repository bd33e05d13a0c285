package dev.studybuddy.api.access;

import java.util.ArrayList;
import java.util.List;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;

/** Creates the validator that checks the claims of a token whose signature is valid. */
final class TokenValidators {

    private static final OAuth2Error ID_TOKEN =
            new OAuth2Error("invalid_token", "An ID token does not permit calls.", null);

    private TokenValidators() {}

    static OAuth2TokenValidator<Jwt> of(TokenRules rules) {
        List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
        validators.add(new JwtTimestampValidator(rules.clockSkew()));
        // A token without an expiry time would be valid permanently.
        validators.add(new JwtClaimValidator<Object>(JwtClaimNames.EXP, expiry -> expiry != null));
        validators.add(TokenValidators::rejectIdToken);
        if (rules.issuer() != null) {
            validators.add(new JwtIssuerValidator(rules.issuer()));
        }
        if (!rules.audiences().isEmpty()) {
            validators.add(new JwtClaimValidator<List<String>>(
                    JwtClaimNames.AUD,
                    audiences -> audiences != null && audiences.stream().anyMatch(rules.audiences()::contains)));
        }
        return new DelegatingOAuth2TokenValidator<>(validators);
    }

    /**
     * Rejects ID tokens, which an issuer also signs. Their audience is a frontend and may be configured here by
     * mistake.
     */
    private static OAuth2TokenValidatorResult rejectIdToken(Jwt token) {
        boolean idToken = "ID".equals(token.getClaims().get("typ")) || token.hasClaim("at_hash");
        return idToken ? OAuth2TokenValidatorResult.failure(ID_TOKEN) : OAuth2TokenValidatorResult.success();
    }
}
