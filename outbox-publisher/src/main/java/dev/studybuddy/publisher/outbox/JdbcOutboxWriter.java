package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    static final String MARK = """
            UPDATE outbox AS o
            SET processed = true, processed_at = now(), next_attempt_at = NULL,
              sent_partition = k.sent_partition, sent_offset = k.sent_offset
            FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version,
                    unnest(CAST(? AS UUID[])) AS id, unnest(CAST(? AS BIGINT[])) AS sent_partition,
                    unnest(CAST(? AS BIGINT[])) AS sent_offset) AS k
            WHERE o.shard = k.shard AND o.aggregate_type = k.aggregate_type AND o.aggregate_id = k.aggregate_id
              AND o.aggregate_version = k.aggregate_version AND o.id = k.id
              AND\s""" + PENDING.formatted("o.processed");

    private static final String FENCE = """
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND EXISTS (SELECT 1 FROM outbox_shard_lease AS l WHERE l.shard = ? AND l.owner = ? AND l.epoch = ?)
              AND\s""" + PENDING.formatted("processed");
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

    private final JdbcTemplate jdbc;
    private final String instance;
    private final ThreadPoolExecutor thread;

    /**
     * @param instance the id of the owner in the lease rows
     */
    public JdbcOutboxWriter(JdbcTemplate jdbc, String instance) {
        this.jdbc = jdbc;
        this.instance = instance;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(2), work -> new Thread(work, "outbox-marks"));
    }

    @Override
    public void submit(Batch batch, ResultSink sink) {
        thread.execute(() -> sink.accept(batch, write(batch)));
    }

    private Result write(Batch batch) {
        try {
            int repeats = batch.marks().isEmpty() ? 0 : batch.marks().size() - writeMarks(batch.marks());
            List<UUID> fenced = new ArrayList<>();
            for (Failure failure : batch.failures()) {
                if (writeFailure(failure) == 0) {
                    fenced.add(failure.row().id());
                }
            }
            return new Result.Written(repeats, fenced);
        } catch (RuntimeException e) {
            return new Result.Failed(e);
        }
    }

    private int writeMarks(List<Mark> marks) {
        return jdbc.update(MARK, statement -> {
            ArrayParameters<Mark> arrays = new ArrayParameters<>(statement, marks);
            arrays.smallint(1, mark -> (short) mark.row().aggregate().shard());
            arrays.text(2, mark -> mark.row().aggregate().type());
            arrays.text(3, mark -> mark.row().aggregate().id());
            arrays.bigint(4, mark -> mark.row().version());
            arrays.uuid(5, mark -> mark.row().id());
            arrays.bigint(6, mark -> (long) mark.partition());
            arrays.bigint(7, Mark::offset);
        });
    }

    private int writeFailure(Failure failure) {
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
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
                log.atWarn().log("Marks were still being written at the stop; their events may be sent again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
