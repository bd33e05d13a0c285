package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the failures of one partition's work. The first failure is logged with its stack trace, the following ones as
 * one line a minute with their number, and the end of the failures as one line. One thread at a time uses an instance.
 */
final class FailureLog {

    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
    private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);

    /**
     * A partition logs an outage only after this number of outages in a row. A short outage of MongoDB causes fewer,
     * and the circuit breaker logs it.
     */
    private static final int MAX_UNLOGGED_OUTAGES = 10;

    private final TopicPartition partition;
    private final MonotonicClock clock;
    private long failures;
    private long outages;
    private long reportedNanos;

    FailureLog(TopicPartition partition, MonotonicClock clock) {
        this.partition = partition;
        this.clock = clock;
    }

    /**
     * Records a failure.
     *
     * @param wait the time until the next attempt
     */
    void recordFailure(RuntimeException failed, Duration wait) {
        failures++;
        if (failures == 1) {
            reportedNanos = clock.nanos();
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("waitMillis", wait.toMillis())
                    .setCause(failed)
                    .log("The work of a partition failed; the partition waits and retries");
        } else if (clock.nanos() - reportedNanos >= REPORT_INTERVAL.toNanos()) {
            reportedNanos = clock.nanos();
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("failures", failures)
                    .addKeyValue("failure", String.valueOf(failed))
                    .log("The work of a partition still fails; the partition waits and retries");
        }
    }

    /**
     * Counts an outage of MongoDB that made the work of this partition fail while the circuit breaker was closed.
     * Returns whether more than {@link #MAX_UNLOGGED_OUTAGES} of them occurred since the last success. If so, the
     * caller must record this one as a failure of this partition's work.
     */
    boolean countOutage() {
        outages++;
        return outages > MAX_UNLOGGED_OUTAGES;
    }

    /** Returns whether the work has failed since the last success. */
    boolean hasFailures() {
        return failures > 0;
    }

    /** Records a success: a batch was applied, or the done offset has reached the end of the records that failed. */
    void recordSuccess() {
        outages = 0;
        if (failures > 0) {
            log.atInfo()
                    .addKeyValue("partition", partition)
                    .addKeyValue("failures", failures)
                    .log("The partition continues after its work had failed");
            failures = 0;
        }
    }
}
