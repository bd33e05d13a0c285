package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Retries a read that the database rolled back. CockroachDB rolls back a read if another transaction wrote a row during
 * the read and a part of the result was already sent, because the server then cannot retry the read itself.
 */
final class ReadRetries {

    private static final Logger log = LoggerFactory.getLogger(ReadRetries.class);

    private static final int MAX_ATTEMPTS = 5;
    private static final Backoff BACKOFF = Backoff.between(Duration.ofMillis(20), Duration.ofMillis(250));

    private final MonotonicClock clock;
    private final long limitNanos;

    /**
     * @param limit a read is not retried after its attempts took this time together
     */
    ReadRetries(MonotonicClock clock, Duration limit) {
        this.clock = clock;
        this.limitNanos = limit.toNanos();
    }

    /**
     * Runs a read until it succeeds, fails for another reason, was rolled back too often, or took too long.
     *
     * @param read the read, whose result must not depend on an earlier attempt
     * @throws DataAccessException the exception of the last attempt
     */
    <T> T read(Supplier<T> read) {
        long startNanos = clock.nanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return read.get();
            } catch (DataAccessException failure) {
                if (attempt == MAX_ATTEMPTS
                        || clock.nanos() - startNanos >= limitNanos
                        || !SqlStates.isRollback(failure)
                        || Thread.currentThread().isInterrupted()) {
                    throw failure;
                }
                log.atDebug()
                        .addKeyValue("attempt", attempt)
                        .log("The database rolled back a read; the publisher retries it");
                LockSupport.parkNanos(BACKOFF.nanos(attempt - 1));
            }
        }
    }
}
