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

/** Takes away, each hour, the keys that no longer count: page by page along the primary key, without a big transaction. */
@Component
final class OldKeys {

    private static final Logger LOG = LoggerFactory.getLogger(OldKeys.class);
    private static final Duration LIFE = Duration.ofHours(24);

    private final IdempotencyKeys keys;
    private final Clock clock;

    OldKeys(IdempotencyKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 10, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void takeAway() {
        try {
            int gone = walk(clock.instant().minus(LIFE));
            LOG.atInfo().addKeyValue("rows", gone).log("Idempotency keys older than a day were deleted");
        } catch (DataAccessException thrown) {
            LOG.warn("Old idempotency keys can't be deleted now; next try in an hour", thrown);
        }
    }

    private int walk(Instant before) {
        int gone = 0;
        PostKey at = new PostKey("", "");
        List<Row> page = keys.page(at);
        while (!page.isEmpty()) {
            for (Row row : page) {
                if (row.createdAt().isBefore(before)) {
                    gone += keys.deleteOld(row.key());
                }
            }
            at = page.getLast().key();
            page = keys.page(at);
        }
        return gone;
    }
}
