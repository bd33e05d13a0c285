package dev.studybuddy.testkit;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;

/** A container that is started when it is first asked for, and shared from then on. */
final class Lazily<C extends GenericContainer<?>> {

    private final Supplier<C> maker;
    private @Nullable C started;

    Lazily(Supplier<C> maker) {
        this.maker = maker;
    }

    synchronized C get() {
        C container = started;
        if (container == null) {
            container = maker.get();
            container.start();
            started = container;
        }
        return container;
    }
}
