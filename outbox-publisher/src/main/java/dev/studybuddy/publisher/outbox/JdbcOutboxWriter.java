package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes batches on a thread of its own, in parallel with the next poll. If a write throws an {@link Error}, no result
 * of its batch arrives, so the program must end, as after an error in a {@link Loop}.
 */
public final class JdbcOutboxWriter implements OutboxWriter, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JdbcOutboxWriter.class);
    private static final String NAME = "outbox-marks";

    /**
     * This condition selects pending rows in a form that no planner can match with the pending index. With statistics
     * from a time when no row was pending, a planner would choose that index and read all of it for each row. The
     * primary key must find the row.
     */
    static final String PENDING = "CAST(%s AS INTEGER) = 0";

    /**
     * Each array has an unnest of its own. The settings of the database session make the plan use the primary key.
     */
    private static final String KEYS = """
            unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version,
                    unnest(CAST(? AS UUID[])) AS id""";

    private static final String PENDING_KEYS = """
            WHERE o.shard = k.shard AND o.aggregate_type = k.aggregate_type AND o.aggregate_id = k.aggregate_id
              AND o.aggregate_version = k.aggregate_version AND o.id = k.id
              AND\s""" + PENDING.replace("%s", "o.processed");

    /** The topic has the event, so the row is not a dead letter, whatever a writer inserted. */
    static final String MARK = """
            UPDATE outbox AS o
            SET processed = true, processed_at = now(), next_attempt_at = NULL, dead_lettered_at = NULL,
              sent_partition = k.sent_partition, sent_offset = k.sent_offset
            FROM (SELECT\s""" + KEYS + """
            , unnest(CAST(? AS BIGINT[])) AS sent_partition,
                    unnest(CAST(? AS BIGINT[])) AS sent_offset) AS k
            """ + PENDING_KEYS;

    static final String DELETE = """
            DELETE FROM outbox AS o
            USING (SELECT\s""" + KEYS + ") AS k\n" + PENDING_KEYS;

    /** The last parameters are the epochs of the leases and their owner. */
    private static final String FENCED_KEYS = """
            , unnest(CAST(? AS BIGINT[])) AS epoch) AS k
            """ + PENDING_KEYS + "\n  AND " + """
            EXISTS (SELECT 1 FROM outbox_shard_lease AS l
              WHERE l.shard = k.shard AND l.owner = ? AND l.epoch = k.epoch)
            RETURNING o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id""";

    /**
     * The statement sets the count instead of raising it, so that a second execution after an unknown outcome does not
     * count the attempt twice.
     */
    static final String ATTEMPT = """
            UPDATE outbox AS o
            SET retry_count = k.retry_count, last_error = k.reason,
              next_attempt_at = now() + k.delay * INTERVAL '1 millisecond'
            FROM (SELECT\s""" + KEYS + """
            , unnest(CAST(? AS BIGINT[])) AS retry_count, unnest(CAST(? AS TEXT[])) AS reason,
                    unnest(CAST(? AS BIGINT[])) AS delay""" + FENCED_KEYS;

    private static final String DEAD_LETTER = """
            UPDATE outbox AS o
            SET retry_count = k.retry_count, last_error = k.reason, next_attempt_at = NULL, dead_lettered_at = now(),
              processed = true, processed_at = now()
            FROM (SELECT\s""" + KEYS + """
            , unnest(CAST(? AS BIGINT[])) AS retry_count, unnest(CAST(? AS TEXT[])) AS reason""" + FENCED_KEYS;

    private final WriterConnection connection;
    private final AcknowledgementSettings.Action action;
    private final MonotonicClock clock;
    private final String instance;
    private final Loop.ErrorHandler errorHandler;
    private final ThreadPoolExecutor thread;
    private volatile boolean endedByError;

    /**
     * @param instance the id of the owner in the lease rows
     * @param errorHandler runs after a write threw an error
     */
    public JdbcOutboxWriter(
            JdbcTemplate jdbc,
            String instance,
            MonotonicClock clock,
            AcknowledgementSettings settings,
            Loop.ErrorHandler errorHandler) {
        this.connection =
                new WriterConnection(Objects.requireNonNull(jdbc.getDataSource()), settings.lockTimeout(), clock);
        this.action = settings.action();
        this.clock = clock;
        this.instance = instance;
        this.errorHandler = errorHandler;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2), work -> new Thread(work, NAME));
    }

    @Override
    public void submit(Batch batch, ResultSink sink) {
        thread.execute(() -> {
            try {
                sink.accept(batch, write(batch));
            } catch (Error e) {
                reportError(e);
            }
        });
    }

    private void reportError(Error error) {
        endedByError = true;
        try {
            log.atError().setCause(error).log("A write of marks ended with an error; no result of its batch arrives");
        } finally {
            // The handler runs even if there is no memory for the log line.
            errorHandler.onError(NAME, error);
        }
    }

    /** Returns the name of the thread. */
    public String name() {
        return NAME;
    }

    /** Returns whether a write ended with an error, so its batch never gets a result. */
    public boolean hasEndedByError() {
        return endedByError;
    }

    private Result write(Batch batch) {
        long startNanos = clock.nanos();
        try {
            JdbcTemplate jdbc = connection.open();
            int repeats = batch.marks().isEmpty() ? 0 : batch.marks().size() - writeMarks(jdbc, batch.marks());
            return new Result.Written(repeats, writeFailures(jdbc, batch.failures()), clock.nanos() - startNanos);
        } catch (RuntimeException e) {
            connection.close();
            return failure(e);
        } catch (SQLException e) {
            connection.close();
            return new Result.Unreachable(new CannotGetJdbcConnectionException("The writer has no connection", e));
        }
    }

    private static Result failure(RuntimeException thrown) {
        if (SqlStates.isConnectionFailure(thrown)) {
            return new Result.Unreachable(thrown);
        }
        if (SqlStates.isLockTimeout(thrown)) {
            return new Result.Failed(Reason.LOCKED, thrown);
        }
        return new Result.Failed(thrown instanceof QueryTimeoutException ? Reason.TIMED_OUT : Reason.ERROR, thrown);
    }

    private int writeMarks(JdbcTemplate jdbc, List<Mark> marks) {
        return switch (action) {
            case MARK ->
                jdbc.update(MARK, statement -> {
                    ArrayParameters<Mark> arrays = bindKeys(statement, marks);
                    arrays.bigint(6, mark -> (long) mark.partition());
                    arrays.bigint(7, mark -> mark.offset() < 0 ? null : mark.offset());
                });
            case DELETE ->
                jdbc.update(DELETE, statement -> {
                    bindKeys(statement, marks);
                });
        };
    }

    private static ArrayParameters<Mark> bindKeys(PreparedStatement statement, List<Mark> marks) throws SQLException {
        ArrayParameters<Mark> arrays = new ArrayParameters<>(statement, marks);
        bindKeys(arrays, Mark::row);
        return arrays;
    }

    private static <T> void bindKeys(ArrayParameters<T> arrays, Function<T, OutboxRow> row) throws SQLException {
        arrays.smallint(1, element -> (short) row.apply(element).aggregate().shard());
        arrays.text(2, element -> row.apply(element).aggregate().type());
        arrays.text(3, element -> row.apply(element).aggregate().id());
        arrays.bigint(4, element -> row.apply(element).version());
        arrays.uuid(5, element -> row.apply(element).id());
    }

    /** Writes failures with one statement for each kind, and returns the keys of those that were fenced. */
    private List<RowKey> writeFailures(JdbcTemplate jdbc, List<Failure> failures) {
        List<Failure.Attempt> attempts = new ArrayList<>();
        List<Failure.DeadLetter> deadLetters = new ArrayList<>();
        Set<RowKey> fenced = new LinkedHashSet<>();
        for (Failure failure : failures) {
            fenced.add(failure.row().key());
            switch (failure) {
                case Failure.Attempt attempt -> attempts.add(attempt);
                case Failure.DeadLetter deadLetter -> deadLetters.add(deadLetter);
            }
        }
        if (!attempts.isEmpty()) {
            writeFailures(jdbc, ATTEMPT, attempts, arrays -> {
                        arrays.bigint(8, attempt -> attempt.delay().toMillis());
                        return 9;
                    })
                    .forEach(fenced::remove);
        }
        if (!deadLetters.isEmpty()) {
            writeFailures(jdbc, DEAD_LETTER, deadLetters, arrays -> 8).forEach(fenced::remove);
        }
        return List.copyOf(fenced);
    }

    /**
     * Writes failures of one kind.
     *
     * @param bindMore binds the columns of this kind, and returns the number of the next parameter
     * @return the keys of the written rows
     */
    private <F extends Failure> List<RowKey> writeFailures(
            JdbcTemplate jdbc, String sql, List<F> failures, ColumnBinder<F> bindMore) {
        return jdbc.query(
                sql,
                statement -> {
                    ArrayParameters<F> arrays = new ArrayParameters<>(statement, failures);
                    bindKeys(arrays, Failure::row);
                    arrays.bigint(6, failure -> (long) failure.row().retryCount() + 1);
                    arrays.text(7, Failure::reason);
                    int next = bindMore.bind(arrays);
                    arrays.bigint(next, Failure::epoch);
                    statement.setString(next + 1, instance);
                },
                (row, n) -> new RowKey(RowColumns.aggregate(row), row.getLong(4), row.getObject(5, UUID.class)));
    }

    @FunctionalInterface
    private interface ColumnBinder<F> {
        int bind(ArrayParameters<F> arrays) throws SQLException;
    }

    /**
     * Waits at most 2 s for the submitted batches. The events of a batch that takes longer may be sent again.
     */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(2, TimeUnit.SECONDS)) {
                connection.close();
            } else {
                log.atWarn().log("Marks were still being written at the stop; their events may be sent again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
