package dev.studybuddy.api.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/** Carries the caller through Spring Security's filters. */
final class CallerAuthentication extends AbstractAuthenticationToken {

    private final transient Caller caller;
    private final @Nullable String verifiedEmail;

    CallerAuthentication(Caller caller) {
        this(caller, null);
    }

    /**
     * Creates the authentication of a caller.
     *
     * @param verifiedEmail the e-mail address that the issuer of the token has verified; null if the token has none
     */
    CallerAuthentication(Caller caller, @Nullable String verifiedEmail) {
        super(caller.roles().stream()
                .map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
                .toList());
        this.caller = caller;
        this.verifiedEmail = verifiedEmail;
        super.setAuthenticated(true);
    }

    /** Returns the verified e-mail address in the token of this thread's request, or nothing if it has none. */
    static Optional<String> currentEmail() {
        Authentication present = SecurityContextHolder.getContext().getAuthentication();
        return present instanceof CallerAuthentication authenticated
                ? Optional.ofNullable(authenticated.verifiedEmail)
                : Optional.empty();
    }

    /** Returns the caller of this thread's request, or nothing if the request has no token and needs none. */
    static Optional<Caller> current() {
        Authentication present = SecurityContextHolder.getContext().getAuthentication();
        return present instanceof CallerAuthentication authenticated
                ? Optional.of(authenticated.caller)
                : Optional.empty();
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public Object getPrincipal() {
        return caller;
    }

    @Override
    public String getName() {
        return caller.userId();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallerAuthentication that && caller.equals(that.caller) && super.equals(other);
    }

    @Override
    public int hashCode() {
        return caller.hashCode();
    }
}
