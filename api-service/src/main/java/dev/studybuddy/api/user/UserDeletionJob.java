package dev.studybuddy.api.user;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes the todos, the sessions and the subjects of a deleted user, and writes the event of each deleted todo and
 * session. The job needs no cursor, because its queries do not find the rows that it has deleted. One job of a kind
 * runs at a time. Therefore the id of a user determines one of several kinds, so that several deletions run at a time.
 */
@Component
final class UserDeletionJob implements JobHandler {

    private static final String KIND = "user-deletion";

    private static final int BATCH_SIZE = 500;

    /** At most this many deletions that this version submitted run at a time on all instances together. */
    private static final int PARALLEL = 4;

    private static final String USER = "user";

    /** The first kind is that of the jobs that an earlier version of this program submitted. */
    private static final Set<String> KINDS = Stream.concat(
                    Stream.of(KIND), IntStream.range(0, PARALLEL).mapToObj(number -> kind(number)))
            .collect(Collectors.toUnmodifiableSet());

    private static final String TODOS = """
            DELETE FROM todos WHERE id IN
              (SELECT id FROM todos WHERE user_id = :user ORDER BY created_at, id LIMIT :limit)
            RETURNING id, version
            """;
    private static final String SESSIONS = """
            DELETE FROM study_sessions WHERE id IN
              (SELECT id FROM study_sessions WHERE user_id = :user ORDER BY created_at, id LIMIT :limit)
            RETURNING id, version
            """;
    private static final String SUBJECTS = """
            DELETE FROM subjects WHERE user_id = :user
            """;

    private final JdbcClient jdbc;
    private final RetryingTransactions transactions;
    private final Outbox outbox;

    UserDeletionJob(JdbcClient jdbc, RetryingTransactions transactions, Outbox outbox) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.outbox = outbox;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> kinds() {
        return KINDS;
    }

    /** Returns the kind of the job that deletes the data of a user. */
    static String kind(UUID user) {
        return kind(Math.floorMod(user.hashCode(), PARALLEL));
    }

    private static String kind(int number) {
        return KIND + '/' + number;
    }

    /** Returns the settings of the job that deletes the data of a user. */
    static Map<String, String> settings(UUID user) {
        return Map.of(USER, user.toString());
    }

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    public void run(JobContext job) {
        // An earlier version of this program submitted the user as the subject.
        UUID user = UUID.fromString(job.settings().path(USER).asString(job.subject()));
        deleteAll(job, user, AggregateType.TODO, TODOS);
        deleteAll(job, user, AggregateType.SESSION, SESSIONS);
        transactions.run(() -> jdbc.sql(SUBJECTS).param("user", user).update());
        job.recordProgress(null, job.done(), job.done());
    }

    private void deleteAll(JobContext job, UUID user, AggregateType type, String sql) {
        int deleted;
        do {
            job.checkpoint();
            deleted = transactions.run(() -> deleteBatch(user, type, sql));
            job.recordProgress(null, job.done() + deleted, null);
        } while (deleted == BATCH_SIZE);
    }

    private int deleteBatch(UUID user, AggregateType type, String sql) {
        List<DeletedState> deleted = jdbc.sql(sql)
                .param("user", user)
                .param("limit", BATCH_SIZE)
                .query((row, number) ->
                        new DeletedState(row.getString("id"), user.toString(), row.getLong("version") + 1))
                .list();
        outbox.appendAll(type, EventKind.DELETED, deleted);
        return deleted.size();
    }
}
