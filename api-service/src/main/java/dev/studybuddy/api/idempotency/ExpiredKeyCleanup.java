package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.idempotency.IdempotencyKeys.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Deletes the expired keys once an hour. It reads the table in pages along the primary key, so that no transaction is
 * large.
 */
@Component
final class ExpiredKeyCleanup {

    private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeyCleanup.class);
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final IdempotencyKeys keys;
    private final Clock clock;

    ExpiredKeyCleanup(IdempotencyKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 10, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void deleteExpired() {
        try {
            int deleted = deleteCreatedBefore(clock.instant().minus(LIFETIME));
            LOG.atInfo()
                    .addKeyValue("rows", deleted)
                    .log("The idempotency keys that are older than 24 hours were deleted");
        } catch (DataAccessException thrown) {
            LOG.warn("The expired idempotency keys could not be deleted; the next attempt is in one hour", thrown);
        }
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
