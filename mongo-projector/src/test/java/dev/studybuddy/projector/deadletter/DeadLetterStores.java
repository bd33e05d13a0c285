package dev.studybuddy.projector.deadletter;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.journal.DeadLetterSink;
import dev.studybuddy.projector.metrics.ProjectorMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Creates the store of dead letters for tests of other packages. */
public final class DeadLetterStores {

    private DeadLetterStores() {}

    /** Returns a store whose metrics no test reads. */
    public static DeadLetterSink create() {
        return new DeadLetterStore(new ProjectorMetrics(
                new SimpleMeterRegistry(),
                new Binder(new MapConfigurationPropertySource())
                        .bindOrCreate("studybuddy", ProjectorProperties.class)));
    }
}
