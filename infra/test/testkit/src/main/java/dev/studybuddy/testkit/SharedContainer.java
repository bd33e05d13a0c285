package dev.studybuddy.testkit;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;

/** A shared container starts at its first use. All tests of this JVM use it afterwards. */
final class SharedContainer<C extends GenericContainer<?>> {

    private final Supplier<C> factory;
    private @Nullable C started;

    SharedContainer(Supplier<C> factory) {
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
