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

/** Ends the waits of pending rows for their next attempts, for at most about a second of a sync trigger's time. */
@Component
final class RetryWaits {

    private static final Logger LOG = LoggerFactory.getLogger(RetryWaits.class);

    /** The first page is small, so that each trigger ends some waits even if the database is slow. */
    private static final int FIRST_PAGE = 100;

    private static final int PAGE = 1_000;
    private static final Duration MAX_DURATION = Duration.ofSeconds(1);

    /**
     * The ending of waits leaves this part of the request's time, in which the trigger requests the sweeps and counts
     * the events.
     */
    private static final Duration TIME_AFTERWARDS = Duration.ofMillis(700);

    private final OutboxTable outbox;
    private final RetryingTransactions transactions;
    private final MonotonicClock clock;

    RetryWaits(OutboxTable outbox, RetryingTransactions transactions, MonotonicClock clock) {
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * This record states how many rows no longer wait for their next attempt.
     *
     * @param complete whether no further row waits
     */
    record EndedWaits(int rows, boolean complete) {}

    /**
     * Ends the waits page by page, for about a second. After a page that fails because the database is slow or because
     * of other transactions, it ends no further waits, so that the trigger still requests its sweeps.
     *
     * @param startNanos the time of the call of the trigger
     */
    EndedWaits end(long startNanos) {
        int ended = 0;
        int limit = FIRST_PAGE;
        do {
            int page;
            try {
                page = endPage(limit);
            } catch (DataAccessException | TransactionException failed) {
                if (!SqlFault.of(failed).isTemporary()) {
                    throw failed;
                }
                LOG.atWarn()
                        .addKeyValue("ended", ended)
                        .addKeyValue("error", failed.toString())
                        .log("A sync trigger could not end all waits for a next attempt; it requests the sweeps");
                return new EndedWaits(ended, false);
            }
            ended += page;
            if (page < limit) {
                return new EndedWaits(ended, true);
            }
            limit = PAGE;
        } while (clock.nanos() - startNanos < MAX_DURATION.toNanos());
        return new EndedWaits(ended, false);
    }

    private int endPage(int limit) {
        return Deadline.runReserving(TIME_AFTERWARDS, () -> transactions.run(() -> outbox.endWaits(limit)));
    }
}
