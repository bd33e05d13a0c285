package dev.studybuddy.publisher;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.metrics.PendingAges;
import dev.studybuddy.publisher.retention.Retention;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/** Holds the threads that delay no event: one deletes processed rows, and one measures the ages of pending events. */
final class MaintenanceThreads {

    private final boolean deletesRows;
    private final Loop retention;
    private final Loop ages;

    MaintenanceThreads(
            PublisherProperties properties,
            JdbcTemplate jdbc,
            ShardLeases leases,
            MonotonicClock clock,
            MeterRegistry registry,
            Loop.ErrorHandler errorHandler) {
        this.deletesRows = properties.retention().enabled();
        Retention deletion = new Retention(jdbc, leases, clock, registry, properties.retention());
        this.retention = new Loop("outbox-retention", deletion::deletePage, errorHandler);
        PendingAges pendingAges = new PendingAges(
                registry,
                jdbc,
                leases,
                clock,
                new PendingBounds(properties.publishSettings().polling().sweepWindow()),
                properties.pendingAgeInterval().toNanos());
        this.ages = new Loop("outbox-ages", pendingAges::update, errorHandler);
    }

    List<Loop> all() {
        return List.of(retention, ages);
    }

    void start() {
        if (deletesRows) {
            retention.start();
        }
        ages.start();
    }

    /** Stops the threads without a wait for their statements. */
    void stop() {
        retention.stop(Duration.ZERO);
        ages.stop(Duration.ZERO);
    }
}
