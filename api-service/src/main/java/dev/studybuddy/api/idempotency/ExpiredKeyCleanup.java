package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.idempotency.IdempotencyKeys.Row;
import dev.studybuddy.api.periodic.PeriodicTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Deletes the expired keys once an hour. It reads the table in pages along the primary key, so that no transaction is
 * large.
 */
@Component
final class ExpiredKeyCleanup extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeyCleanup.class);

    /** The first round waits, so that the cleanup does not slow down a start of the service. */
    private static final Duration INITIAL_DELAY = Duration.ofMinutes(10);

    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final IdempotencyKeys keys;
    private final Clock clock;

    ExpiredKeyCleanup(IdempotencyKeys keys, Clock clock) {
        super("expired-key-cleanup", INITIAL_DELAY, PERIOD);
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    protected void runRound() {
        int deleted = deleteCreatedBefore(clock.instant().minus(LIFETIME));
        LOG.atInfo().addKeyValue("rows", deleted).log("The idempotency keys that are older than 24 hours were deleted");
    }

    private int deleteCreatedBefore(Instant limit) {
        int deleted = 0;
        PostKey last = new PostKey("", "");
        List<Row> page = keys.page(last);
        while (!page.isEmpty()) {
            for (Row row : page) {
                if (row.createdAt().isBefore(limit)) {
                    deleted += keys.deleteExpired(row.key());
                }
            }
            last = page.getLast().key();
            page = keys.page(last);
        }
        return deleted;
    }
}
