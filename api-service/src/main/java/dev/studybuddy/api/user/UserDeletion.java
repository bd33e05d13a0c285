package dev.studybuddy.api.user;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Change;
import dev.studybuddy.contract.DeletedState;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes the todos and sessions of a deleted user, each with its event. The job needs no cursor, because its queries do
 * not find the rows that it has deleted.
 */
@Component
final class UserDeletion implements JobHandler {

    static final String KIND = "user-deletion";

    private static final int BATCH_SIZE = 500;

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

    UserDeletion(JdbcClient jdbc, RetryingTransactions transactions, Outbox outbox) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.outbox = outbox;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isCancellable() {
        return false;
    }

    @Override
    public void run(JobContext job) {
        UUID user = UUID.fromString(job.subject());
        deleteAll(job, user, AggregateType.TODO, TODOS);
        deleteAll(job, user, AggregateType.SESSION, SESSIONS);
        transactions.run(() -> jdbc.sql(SUBJECTS).param("user", user).update());
        job.progress(null, job.done(), job.done());
    }

    private void deleteAll(JobContext job, UUID user, AggregateType type, String sql) {
        int deleted;
        do {
            job.checkpoint();
            deleted = transactions.run(() -> deleteBatch(user, type, sql));
            job.progress(null, job.done() + deleted, null);
        } while (deleted == BATCH_SIZE);
    }

    private int deleteBatch(UUID user, AggregateType type, String sql) {
        List<DeletedState> deleted = jdbc.sql(sql)
                .param("user", user)
                .param("limit", BATCH_SIZE)
                .query((row, number) ->
                        new DeletedState(row.getString("id"), user.toString(), row.getLong("version") + 1))
                .list();
        outbox.appendAll(type, Change.DELETED, deleted);
        return deleted.size();
    }
}
