package dev.studybuddy.api.operations.erasure;

import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.outbox.PendingErasures;
import dev.studybuddy.api.periodic.PeriodicTask;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Exports the number of the pending erasures and the age of the oldest one as gauges. It queues a job once in each
 * interval while an erasure is pending, and otherwise once an hour, because a job also searches for late dead letters.
 * All instances derive the same job id from the same interval, so that together they queue one job.
 */
@Component
final class ErasureSchedule extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureSchedule.class);

    /** If no erasure is pending, a job searches for late dead letters once in this period. */
    private static final Duration WITHOUT_BACKLOG = Duration.ofHours(1);

    private final PendingErasures pending;
    private final Jobs jobs;
    private final ErasureProperties properties;
    private final Clock clock;
    private volatile double pendingCount = Double.NaN;
    private volatile double oldestSeconds = Double.NaN;

    ErasureSchedule(
            PendingErasures pending, Jobs jobs, ErasureProperties properties, Clock clock, MeterRegistry meters) {
        super("erasure-schedule", properties.interval());
        this.pending = pending;
        this.jobs = jobs;
        this.properties = properties;
        this.clock = clock;
        Gauge.builder("erasure_pending", this, schedule -> schedule.pendingCount)
                .description("This gauge counts the deleted aggregates whose personal data is not yet erased, at most"
                        + " 10 000.")
                .register(meters);
        Gauge.builder("erasure_oldest_seconds", this, schedule -> schedule.oldestSeconds)
                .description("This gauge is the age of the oldest deletion whose personal data is not yet erased.")
                .register(meters);
    }

    @Override
    protected void runRound() {
        try {
            PendingErasures.Backlog backlog = pending.backlog();
            pendingCount = backlog.pending();
            oldestSeconds = backlog.oldest().toMillis() / 1000.0;
            queueOnceIn(backlog.pending() > 0 ? properties.interval() : WITHOUT_BACKLOG);
        } catch (DataAccessException unavailable) {
            pendingCount = Double.NaN;
            oldestSeconds = Double.NaN;
            LOG.debug("CockroachDB did not answer; a due erasure is queued in a later round", unavailable);
        }
    }

    /** Queues an erasure unless one is queued. A second one would do the same work, and slow jobs would accumulate. */
    private void queueOnceIn(Duration period) {
        if (jobs.findUnfinished(ErasureJob.KIND).stream().anyMatch(job -> job.state() == JobState.QUEUED)) {
            return;
        }
        long number = clock.instant().toEpochMilli() / period.toMillis();
        UUID id = UUID.nameUUIDFromBytes(("erasure " + period + ' ' + number).getBytes(StandardCharsets.UTF_8));
        jobs.submitOnce(id, ErasureJob.KIND, "", Map.of());
    }
}
