package dev.studybuddy.api.backup;

import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.jobs.JobHandler;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Emits every aggregate as a snapshot, no faster than the outbox drains. */
@Component
public final class FullBackup implements JobHandler {

    public static final String KIND = "backup";

    private static final int MOST_PENDING = 1000;
    private static final int PAGE = 200;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String PENDING = """
            SELECT count(*) FROM (SELECT 1 FROM outbox WHERE processed = false LIMIT 1001) s""";

    private final Snapshots snapshots;
    private final JdbcClient jdbc;

    FullBackup(Snapshots snapshots, JdbcClient jdbc) {
        this.snapshots = snapshots;
        this.jdbc = jdbc;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public void run(JobContext job) {
        long total = snapshots.total();
        Place place = Place.of(job.cursor());
        job.progress(job.cursor(), job.done(), Math.max(total, job.done()));
        while (place != null) {
            awaitRoom(job);
            List<AggregateState> page = snapshots.emitPage(place.type(), place.after(), PAGE);
            Place next = page.size() < PAGE
                    ? place.nextType()
                    : new Place(place.type(), UUID.fromString(page.getLast().id()));
            long done = job.done() + page.size();
            // What was made since counts too: at the end done is total.
            job.progress(next == null ? Place.END : next.text(), done, next == null ? done : Math.max(total, done));
            place = next;
        }
    }

    /** Live events count too: while the outbox is long for another reason, the backup waits. */
    private void awaitRoom(JobContext job) {
        job.checkpoint();
        while (jdbc.sql(PENDING).query(Long.class).single() > MOST_PENDING - PAGE) {
            job.pause(PAUSE);
        }
    }

    /** Where the next page begins. */
    private record Place(AggregateType type, @Nullable UUID after) {

        static final String END = "end";

        static @Nullable Place of(@Nullable String cursor) {
            if (cursor == null) {
                return new Place(AggregateType.USER, null);
            }
            if (cursor.equals(END)) {
                return null;
            }
            int colon = cursor.indexOf(':');
            AggregateType type =
                    AggregateType.ofCode(cursor.substring(0, colon)).orElseThrow();
            String after = cursor.substring(colon + 1);
            return new Place(type, after.isEmpty() ? null : UUID.fromString(after));
        }

        String text() {
            return type.code() + ':' + (after == null ? "" : after);
        }

        @Nullable
        Place nextType() {
            return switch (type) {
                case USER -> new Place(AggregateType.TODO, null);
                case TODO -> new Place(AggregateType.SESSION, null);
                case SESSION -> null;
            };
        }
    }
}
