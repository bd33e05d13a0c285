package dev.studybuddy.api.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** A caller, as the security layer carries it. */
final class CallerAuthentication extends AbstractAuthenticationToken {

    private static final String ROLES = "roles";

    private final transient Caller caller;

    CallerAuthentication(Caller caller) {
        super(caller.roles().stream()
                .map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
                .toList());
        this.caller = caller;
        super.setAuthenticated(true);
    }

    /**
     * The caller whom a valid token names.
     *
     * @throws InvalidBearerTokenException where its {@code sub} is no user's id
     */
    static CallerAuthentication of(Jwt token) {
        String subject = token.getSubject();
        Optional<UUID> id = subject == null ? Optional.empty() : uuid(subject);
        if (id.isEmpty()) {
            throw new InvalidBearerTokenException("the token's sub is no user's id");
        }
        List<Role> roles = new ArrayList<>();
        if (token.getClaims().get(ROLES) instanceof Iterable<?> claimed) {
            claimed.forEach(role -> Role.ofCode(String.valueOf(role)).ifPresent(roles::add));
        }
        return new CallerAuthentication(new Caller(id.get(), java.util.Set.copyOf(roles)));
    }

    /** Who calls on this thread; empty for a call that needs no token and has none. */
    static Optional<Caller> current() {
        Authentication present = SecurityContextHolder.getContext().getAuthentication();
        return present instanceof CallerAuthentication known ? Optional.of(known.caller) : Optional.empty();
    }

    private static Optional<UUID> uuid(String text) {
        try {
            UUID id = UUID.fromString(text);
            return id.toString().equalsIgnoreCase(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException thrown) {
            return Optional.empty();
        }
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
