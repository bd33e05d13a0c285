package dev.studybuddy.projector.generation;

import dev.studybuddy.background.Loop;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.projector.BackgroundWork;
import dev.studybuddy.projector.consume.SchemaWaits;
import dev.studybuddy.readmodel.SchemaStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * Announces which schemas of events this instance reads, and which of its partitions wait for a newer instance. It
 * repeats the announcement, so that a MongoDB that was restored from a backup holds it again soon.
 */
@Component
final class SchemaAnnouncer implements BackgroundWork {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Loop loop;

    SchemaAnnouncer(
            SchemaStore store, ProjectorInstance instance, SchemaUpcaster upcaster, SchemaWaits waits, Clock clock) {
        this.loop = Loop.every("schema-announcer", INTERVAL, () -> {
            Instant now = clock.instant();
            store.announce(instance.name(), upcaster.present(), waits.list(now), now);
        });
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Duration stopTimeout() {
        return STOP_TIMEOUT;
    }
}
