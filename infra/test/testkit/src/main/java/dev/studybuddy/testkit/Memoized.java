package dev.studybuddy.testkit;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;

/** Starts a container at its first use, and shares it afterwards. */
final class Memoized<C extends GenericContainer<?>> {

    private final Supplier<C> factory;
    private @Nullable C started;

    Memoized(Supplier<C> factory) {
        this.factory = factory;
    }

    synchronized C get() {
        C container = started;
        if (container == null) {
            container = factory.get();
            container.start();
            started = container;
        }
        return container;
    }
}
