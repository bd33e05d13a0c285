package dev.studybuddy.api.operations.retention;

import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.api.retention.RetentionProperties;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Queues a retention job once in each interval. All instances derive the same job id from the same interval, so that
 * together they queue one job.
 */
@Component
final class RetentionSchedule extends PeriodicTask {

    /**
     * The first round waits for the interval, but at most for this time, so that the retention does not slow down a
     * start of the service.
     */
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);

    private final Jobs jobs;
    private final RetentionProperties properties;
    private final Clock clock;

    RetentionSchedule(Jobs jobs, RetentionProperties properties, Clock clock) {
        super("retention-schedule", min(properties.interval(), LONGEST_DELAY), properties.interval());
        this.jobs = jobs;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    protected void runRound() {
        long interval = clock.instant().toEpochMilli() / properties.interval().toMillis();
        UUID id = UUID.nameUUIDFromBytes(("retention " + interval).getBytes(StandardCharsets.UTF_8));
        jobs.submitOnce(id, RetentionJob.KIND, "", Map.of());
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
