package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes batches on a thread of its own, in parallel with the next poll. */
public final class JdbcOutboxWriter implements OutboxWriter, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JdbcOutboxWriter.class);

    /**
     * This condition selects pending rows in a form that no planner can match with the pending index. With statistics
     * from a time when no row was pending, a planner would choose that index and read all of it for each row. The
     * primary key must find the row.
     */
    static final String PENDING = "CAST(%s AS INTEGER) = 0";

    /** Each array has an unnest of its own. The session's settings make the plan use the primary key. */
    private static final String KEYS = """
            unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version,
                    unnest(CAST(? AS UUID[])) AS id""";

    private static final String PENDING_KEYS = """
            WHERE o.shard = k.shard AND o.aggregate_type = k.aggregate_type AND o.aggregate_id = k.aggregate_id
              AND o.aggregate_version = k.aggregate_version AND o.id = k.id
              AND\s""" + PENDING.replace("%s", "o.processed");

    static final String MARK = """
            UPDATE outbox AS o
            SET processed = true, processed_at = now(), next_attempt_at = NULL,
              sent_partition = k.sent_partition, sent_offset = k.sent_offset
            FROM (SELECT\s""" + KEYS + """
            , unnest(CAST(? AS BIGINT[])) AS sent_partition,
                    unnest(CAST(? AS BIGINT[])) AS sent_offset) AS k
            """ + PENDING_KEYS;

    static final String DELETE = """
            DELETE FROM outbox AS o
            USING (SELECT\s""" + KEYS + ") AS k\n" + PENDING_KEYS;

    private static final String FENCE = """
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND EXISTS (SELECT 1 FROM outbox_shard_lease AS l WHERE l.shard = ? AND l.owner = ? AND l.epoch = ?)
              AND\s""" + PENDING.replace("%s", "processed");
    /**
     * The statement sets the count instead of raising it, so that a second execution after an unknown outcome changes
     * nothing.
     */
    static final String ATTEMPT = """
            UPDATE outbox
            SET retry_count = ?, last_error = ?, next_attempt_at = now() + ? * INTERVAL '1 millisecond'
            """ + FENCE;

    private static final String DEAD_LETTER = """
            UPDATE outbox
            SET retry_count = ?, last_error = ?, next_attempt_at = NULL, dead_lettered_at = now(), processed = true,
              processed_at = now()
            """ + FENCE;

    /** This is the SQLSTATE of a lock that could not be acquired in time. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String CONNECTION_EXCEPTION_CLASS = "08";
    /** The server shuts down, starts or ended this connection. */
    private static final String OPERATOR_INTERVENTION_PREFIX = "57P";

    private final WriterSession session;
    private final AcknowledgedRows.Action action;
    private final MonotonicClock clock;
    private final String instance;
    private final ThreadPoolExecutor thread;

    /**
     * @param instance the id of the owner in the lease rows
     */
    public JdbcOutboxWriter(JdbcTemplate jdbc, String instance, MonotonicClock clock, AcknowledgedRows settings) {
        this.session = new WriterSession(Objects.requireNonNull(jdbc.getDataSource()), settings.lockTimeout(), clock);
        this.action = settings.action();
        this.clock = clock;
        this.instance = instance;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2), work -> new Thread(work, "outbox-marks"));
    }

    @Override
    public void submit(Batch batch, ResultSink sink) {
        thread.execute(() -> sink.accept(batch, write(batch)));
    }

    private Result write(Batch batch) {
        long startNanos = clock.nanos();
        try {
            JdbcTemplate jdbc = session.open();
            int repeats = batch.marks().isEmpty() ? 0 : batch.marks().size() - writeMarks(jdbc, batch.marks());
            List<UUID> fenced = new ArrayList<>();
            for (Failure failure : batch.failures()) {
                if (writeFailure(jdbc, failure) == 0) {
                    fenced.add(failure.row().id());
                }
            }
            return new Result.Written(repeats, fenced, clock.nanos() - startNanos);
        } catch (RuntimeException e) {
            session.close();
            return failure(e);
        } catch (SQLException e) {
            session.close();
            return new Result.Unreachable(new CannotGetJdbcConnectionException("The marks have no connection", e));
        }
    }

    private static Result failure(RuntimeException thrown) {
        String state = sqlState(thrown);
        if (state.startsWith(CONNECTION_EXCEPTION_CLASS) || state.startsWith(OPERATOR_INTERVENTION_PREFIX)) {
            return new Result.Unreachable(thrown);
        }
        if (state.equals(LOCK_NOT_AVAILABLE)) {
            return new Result.Failed(Reason.LOCKED, thrown);
        }
        return new Result.Failed(thrown instanceof QueryTimeoutException ? Reason.TIMED_OUT : Reason.ERROR, thrown);
    }

    /** Returns the SQLSTATE of the error that the database reported, or an empty text if there is none. */
    private static String sqlState(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException error && error.getSQLState() != null) {
                return error.getSQLState();
            }
        }
        return "";
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
        arrays.smallint(1, mark -> (short) mark.row().aggregate().shard());
        arrays.text(2, mark -> mark.row().aggregate().type());
        arrays.text(3, mark -> mark.row().aggregate().id());
        arrays.bigint(4, mark -> mark.row().version());
        arrays.uuid(5, mark -> mark.row().id());
        return arrays;
    }

    private int writeFailure(JdbcTemplate jdbc, Failure failure) {
        OutboxRow row = failure.row();
        Aggregate aggregate = row.aggregate();
        List<Object> parameters = new ArrayList<>(List.of(row.retryCount() + 1, failure.reason()));
        String sql = switch (failure) {
            case Failure.Attempt attempt -> {
                parameters.add(attempt.delay().toMillis());
                yield ATTEMPT;
            }
            case Failure.DeadLetter deadLetter -> DEAD_LETTER;
        };
        parameters.addAll(List.of(
                aggregate.shard(),
                aggregate.type(),
                aggregate.id(),
                row.version(),
                row.id(),
                aggregate.shard(),
                instance,
                failure.epoch()));
        return jdbc.update(sql, parameters.toArray());
    }

    /** Waits for the batch in progress, at most as long as its statements may take. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(2, TimeUnit.SECONDS)) {
                session.close();
            } else {
                log.atWarn().log("Marks were still being written at the stop; their events may be sent again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
