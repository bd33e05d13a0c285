package dev.studybuddy.publisher;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Hands all shards over to other instances when the publisher stops, while its publishing thread drains them. */
final class FinalHandover {

    private static final Logger log = LoggerFactory.getLogger(FinalHandover.class);
    private static final long RETRY_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LEAVE_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final LeaseKeeper keeper;
    private final ShardLeases leases;
    private final Runnable wakePublishing;
    private final Duration timeout;
    private final MonotonicClock clock;
    /** This flag states whether any step failed. Only the first failure is logged at once. */
    private boolean failed;
    /** This is the failure of the last step, or null if that step did not fail. */
    private @Nullable DataAccessException lastFailure;

    /**
     * @param wakePublishing ends the wait of the publishing thread, which drains the shards
     * @param timeout the time after which every event in flight has its outcome
     */
    FinalHandover(
            LeaseKeeper keeper, ShardLeases leases, Runnable wakePublishing, Duration timeout, MonotonicClock clock) {
        this.keeper = keeper;
        this.leases = leases;
        this.wakePublishing = wakePublishing;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Hands the shards over until this instance owns none or the timeout is reached. A shard that drains earlier is
     * handed over earlier. Shards that other instances hand back, because they still count this one as live, are freed.
     * The thread that otherwise calls the lease keeper must have ended.
     */
    void run() {
        try {
            keeper.beginLeaving();
            long deadline = clock.nanos() + timeout.toNanos();
            while (!leases.owned().isEmpty() && clock.nanos() - deadline < 0) {
                wakePublishing.run();
                tryStep(() -> {
                    keeper.handOver();
                    return true;
                });
                LockSupport.parkNanos(RETRY_INTERVAL_NANOS);
            }
            while (!tryStep(keeper::leave) && clock.nanos() - deadline < 0) {
                LockSupport.parkNanos(LEAVE_INTERVAL_NANOS);
            }
            if (lastFailure != null) {
                logFailure(lastFailure);
            }
        } catch (RuntimeException e) {
            logFailure(e);
        }
    }

    private static void logFailure(RuntimeException failure) {
        log.atWarn()
                .setCause(failure)
                .log("The hand-over failed for some shards; other instances take them when their leases expire");
    }

    /** Runs a step, and returns its result. The result is false if the database failed. */
    private boolean tryStep(BooleanSupplier step) {
        try {
            boolean result = step.getAsBoolean();
            lastFailure = null;
            return result;
        } catch (DataAccessException e) {
            lastFailure = e;
            if (!failed) {
                failed = true;
                log.atWarn()
                        .setCause(e)
                        .log("The hand-over of shards failed; the publisher retries it until the stop times out");
            }
            return false;
        }
    }
}
