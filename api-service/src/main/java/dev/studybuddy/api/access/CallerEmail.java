package dev.studybuddy.api.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

/** Provides the e-mail address that the issuer of the caller's token has verified. */
@Component
public final class CallerEmail {

    private static final String EMAIL = "email";
    private static final String EMAIL_VERIFIED = "email_verified";

    private final boolean verifiedOnly;

    CallerEmail(AccessProperties properties) {
        this.verifiedOnly = properties.mode() == AccessProperties.Mode.JWT;
    }

    /**
     * Returns whether callers may set only the verified address of their token as their own. In mode {@code open}, a
     * caller may set any address, because the tokens of that mode contain none.
     */
    public boolean isVerifiedOnly() {
        return verifiedOnly;
    }

    /** Returns the verified address in the token of the current request, or nothing if the token has none. */
    public Optional<String> verified() {
        return CallerAuthentication.currentEmail();
    }

    /** Returns the address of a token if the token states that its issuer has verified it, and null otherwise. */
    static @Nullable String verifiedIn(Jwt token) {
        // Some issuers write the claim email_verified as a string instead of a boolean.
        boolean verified = "true".equals(String.valueOf(token.getClaims().get(EMAIL_VERIFIED)));
        return verified && token.getClaims().get(EMAIL) instanceof String email && !email.isBlank()
                ? email.strip()
                : null;
    }
}
