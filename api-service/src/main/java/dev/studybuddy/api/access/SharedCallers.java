package dev.studybuddy.api.access;

import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Identifies the callers who stand for several people. In mode {@code open}, all people without a token are the demo
 * user, so that a limit for this caller would limit all of them together.
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
