package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Clears the waits of failed rows for their next attempts, within a part of the time of a sync trigger. */
@Component
final class RetryClearer {

    private static final Logger LOG = LoggerFactory.getLogger(RetryClearer.class);

    /** The first page is small, so that each trigger clears some waits even if the database is slow. */
    private static final int FIRST_RETRIES_PAGE = 100;

    private static final int RETRIES_PAGE = 1_000;
    private static final Duration MAX_CLEARING = Duration.ofSeconds(1);
    /**
     * The clearing leaves this part of the request's time, in which the trigger requests the sweeps and counts the
     * events.
     */
    private static final Duration TIME_AFTER_CLEARING = Duration.ofMillis(700);

    private final OutboxTable outbox;
    private final RetryingTransactions transactions;
    private final MonotonicClock clock;

    RetryClearer(OutboxTable outbox, RetryingTransactions transactions, MonotonicClock clock) {
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * A clearing states how many rows no longer wait for their next attempt.
     *
     * @param complete whether no further row waits
     */
    record Clearing(int rows, boolean complete) {}

    /**
     * Clears the waits page by page, for about a second. A page that fails because the database is slow or because of
     * other transactions ends the clearing, so that the trigger still requests its sweeps.
     *
     * @param startNanos the time of the call of the trigger
     */
    Clearing clearRetries(long startNanos) {
        int cleared = 0;
        int limit = FIRST_RETRIES_PAGE;
        do {
            int page;
            try {
                page = clearPage(limit);
            } catch (DataAccessException | TransactionException failed) {
                if (!SqlFault.of(failed).isTemporary()) {
                    throw failed;
                }
                LOG.atWarn()
                        .addKeyValue("cleared", cleared)
                        .addKeyValue("error", failed.toString())
                        .log(
                                "A sync trigger could not clear all waits for retries; it requests the sweeps without them");
                return new Clearing(cleared, false);
            }
            cleared += page;
            if (page < limit) {
                return new Clearing(cleared, true);
            }
            limit = RETRIES_PAGE;
        } while (clock.nanos() - startNanos < MAX_CLEARING.toNanos());
        return new Clearing(cleared, false);
    }

    private int clearPage(int limit) {
        return Deadline.runReserving(TIME_AFTER_CLEARING, () -> transactions.run(() -> outbox.clearRetries(limit)));
    }
}
