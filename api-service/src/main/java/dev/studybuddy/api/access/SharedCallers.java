package dev.studybuddy.api.access;

import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Names the callers who stand for several people. In mode {@code open}, everybody without a token is the demo user, so
 * that a limit for one caller would be a limit for all of them.
 */
@Component
public final class SharedCallers {

    private final boolean open;

    SharedCallers(AccessProperties properties) {
        this.open = properties.mode() == AccessProperties.Mode.OPEN;
    }

    /** Returns whether the caller stands for several people. */
    public boolean contains(UUID caller) {
        return open && caller.equals(DemoUser.ID);
    }
}
