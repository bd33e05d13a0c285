package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.idempotency.IdempotencyKeys.Row;
import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.Loop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Deletes the expired keys once an hour. It reads the table in pages along the primary key, so that no transaction is
 * large.
 */
@Component
final class ExpiredKeyCleanup implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeyCleanup.class);
    private static final Duration INITIAL_DELAY = Duration.ofMinutes(10);
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final IdempotencyKeys keys;
    private final Clock clock;
    private volatile @Nullable Loop loop;
    private boolean delayed;

    ExpiredKeyCleanup(IdempotencyKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public void start() {
        Loop started = new Loop("expired-key-cleanup", this::runRound, Backoff.between(PERIOD, PERIOD));
        loop = started;
        started.start();
    }

    @Override
    public void stop() {
        Loop running = loop;
        if (running != null) {
            running.stop(STOP_TIMEOUT);
        }
    }

    @Override
    public boolean isRunning() {
        Loop running = loop;
        return running != null && running.isRunning();
    }

    /** Runs one round; the first one only waits, so that a start of the service is not slowed down by the cleanup. */
    private long runRound() {
        if (!delayed) {
            delayed = true;
            return INITIAL_DELAY.toNanos();
        }
        deleteExpired();
        return PERIOD.toNanos();
    }

    private void deleteExpired() {
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
