package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.IndexedValues;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.retention.RetentionProperties;
import dev.studybuddy.api.retention.RetentionRule;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes the finished jobs that are older than their retention. It keeps the newest job of each kind and subject, and
 * the newest completed one, because schedules and metrics read them.
 *
 * <p>It reads a page of old jobs, and then the kept jobs of each subject in the page. A condition in the page's
 * statement that searches for a newer job would read all jobs of the subject for each row of the page on CockroachDB.
 */
@Component
final class JobRetention implements RetentionRule {

    private static final String OLD = """
            SELECT id, subject, finished_at FROM jobs
            WHERE kind = :kind AND finished_at IS NOT NULL AND finished_at < now() - :keep * INTERVAL '1 second'
              AND (finished_at, id) > (:finishedAt, :id)
            ORDER BY finished_at, id LIMIT :limit""";

    private static final String NEWEST =
            "SELECT id FROM jobs WHERE kind = ? AND subject = ? ORDER BY created_at DESC, id DESC LIMIT 1";

    private static final String NEWEST_DONE = """
            SELECT id FROM jobs WHERE kind = ? AND subject = ? AND state = 'done' AND finished_at IS NOT NULL
            ORDER BY finished_at DESC, id DESC LIMIT 1""";

    private static final String DELETE = "DELETE FROM jobs WHERE id = ANY(?)";

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final RetentionProperties properties;
    private final IndexedValues kinds;

    JobRetention(JdbcClient jdbc, RetryingTransactions transactions, RetentionProperties properties) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.properties = properties;
        this.kinds = new IndexedValues(jdbc, "jobs", "kind");
    }

    /** This record identifies a finished job in the order in which the jobs of a kind finished. */
    private record FinishedJob(UUID id, String subject, OffsetDateTime finishedAt) {

        private static final FinishedJob START =
                new FinishedJob(new UUID(0, 0), "", Instant.EPOCH.atOffset(ZoneOffset.UTC));
    }

    @Override
    public String table() {
        return "jobs";
    }

    @Override
    public int removeBatch() {
        return kinds.changeFirst(this::removeBatchOf);
    }

    /**
     * Reads the old jobs of a kind page by page, until a page contains jobs that need not be kept, and deletes these
     * jobs. Returns the number of deleted jobs. The reads and the deletion need no common transaction, because a job
     * that is not the newest one never becomes the newest one.
     */
    private int removeBatchOf(String kind) {
        Map<String, Set<UUID>> kept = new HashMap<>();
        FinishedJob last = FinishedJob.START;
        List<FinishedJob> page;
        do {
            page = findOld(kind, last);
            List<UUID> removable = page.stream()
                    .filter(job -> !kept.computeIfAbsent(job.subject(), subject -> findKept(kind, subject))
                            .contains(job.id()))
                    .map(FinishedJob::id)
                    .toList();
            if (!removable.isEmpty()) {
                return delete(removable);
            }
            last = page.isEmpty() ? last : page.getLast();
        } while (page.size() == BATCH_ROWS);
        return 0;
    }

    private List<FinishedJob> findOld(String kind, FinishedJob after) {
        return jdbc.sql(OLD)
                .param("kind", kind)
                .param("keep", properties.jobs().toSeconds())
                .param("finishedAt", after.finishedAt())
                .param("id", after.id())
                .param("limit", BATCH_ROWS)
                .query((row, number) -> new FinishedJob(
                        row.getObject("id", UUID.class),
                        row.getString("subject"),
                        row.getObject("finished_at", OffsetDateTime.class)))
                .list();
    }

    private Set<UUID> findKept(String kind, String subject) {
        return Stream.of(NEWEST, NEWEST_DONE)
                .flatMap(sql -> jdbc.sql(sql).params(kind, subject).query(UUID.class).list().stream())
                .collect(Collectors.toSet());
    }

    private int delete(List<UUID> ids) {
        Object parameter = ids.toArray(UUID[]::new);
        return transactions.run(() -> jdbc.sql(DELETE).param(parameter).update());
    }
}
