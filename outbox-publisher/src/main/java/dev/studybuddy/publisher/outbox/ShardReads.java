package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;

/**
 * Runs statements that read rows of shards with the beginnings of their contents. The database may be unable to convert
 * the content of a row to text, or convert it too slowly, and each statement that reads this row then fails. If a
 * statement for one key fails with contents and succeeds without them, the rows of its shard are therefore read without
 * contents for a minute. They are partial then, and the reads of single contents show which row is at fault. A
 * statement for several rows by their keys does not show which shard is at fault, so only its own result has no
 * contents.
 */
final class ShardReads {

    private static final Logger log = LoggerFactory.getLogger(ShardReads.class);

    private static final long OMISSION_NANOS = Duration.ofMinutes(1).toNanos();
    /** A statement that reads the contents of more rows than this number may time out only because of their number. */
    private static final int FEW_ROWS = 512;

    private final MonotonicClock clock;
    private final ReadRetries retries;
    /** The rows of these shards are read without their contents until this monotonic time in nanoseconds. */
    private final Map<Integer, Long> omittedUntilNanos = new ConcurrentHashMap<>();

    /** A statement reads the rows of several keys. */
    @FunctionalInterface
    interface Statement<K, R> {
        List<R> run(List<K> keys, boolean withContents);
    }

    ShardReads(MonotonicClock clock, ReadRetries retries) {
        this.clock = clock;
        this.retries = retries;
    }

    /**
     * Reads the rows of the keys, of which each stands for a range of rows, by one statement, or by two if only some of
     * their shards are read without contents.
     *
     * @param shard returns the shard of a key
     */
    <K, R> List<R> read(List<K> keys, ToIntFunction<K> shard, Statement<K, R> statement) {
        return readByShard(keys, false, shard, statement);
    }

    /**
     * Reads rows as {@link #read(List, ToIntFunction, Statement)} does, by keys of which each stands for one row. If a
     * statement fails because of the contents, its result has no contents.
     *
     * @param shard returns the shard of a key
     */
    <K, R> List<R> readSingleRows(List<K> keys, ToIntFunction<K> shard, Statement<K, R> statement) {
        return readByShard(keys, true, shard, statement);
    }

    private <K, R> List<R> readByShard(
            List<K> keys, boolean singleRows, ToIntFunction<K> shard, Statement<K, R> statement) {
        if (omittedUntilNanos.isEmpty()) {
            return readWithContents(keys, singleRows, shard, statement);
        }
        Map<Boolean, List<K>> parts =
                keys.stream().collect(Collectors.groupingBy(key -> isOmitted(shard.applyAsInt(key))));
        List<R> rows = new ArrayList<>();
        parts.forEach((omitted, part) -> {
            List<R> found = omitted
                    ? retries.read(() -> statement.run(part, false))
                    : readWithContents(part, singleRows, shard, statement);
            rows.addAll(found);
        });
        return rows;
    }

    private <K, R> List<R> readWithContents(
            List<K> keys, boolean singleRows, ToIntFunction<K> shard, Statement<K, R> statement) {
        try {
            return retries.read(() -> statement.run(keys, true));
        } catch (DataAccessException failure) {
            boolean isSocketTimeout = SqlStates.isSocketTimeout(failure);
            boolean concernsStatement = SqlStates.concernsStatement(failure) && !SqlStates.isLockTimeout(failure);
            if (isSocketTimeout || (concernsStatement && (singleRows || keys.size() == 1))) {
                return readWithoutContents(keys, singleRows, shard, statement, failure);
            }
            throw failure;
        }
    }

    /**
     * Repeats a statement that failed.
     *
     * @return the rows without contents, if the content of one of them is the cause of the failure
     * @throws DataAccessException if the statement fails without contents too, or if it reads ranges that are so many
     *     or so large that it is not certain which shard is at fault; a socket timeout is then a timeout of the
     *     statement, because the server answers
     */
    private <K, R> List<R> readWithoutContents(
            List<K> keys,
            boolean singleRows,
            ToIntFunction<K> shard,
            Statement<K, R> statement,
            DataAccessException failure) {
        List<R> rows;
        try {
            rows = retries.read(() -> statement.run(keys, false));
        } catch (DataAccessException second) {
            log.atDebug().setCause(second).log("The rows cannot be read without contents either");
            throw failure;
        }
        if (singleRows && keys.size() > 1) {
            log.atWarn()
                    .addKeyValue("rows", rows.size())
                    .addKeyValue("reason", failure.getMostSpecificCause().getMessage())
                    .log("The database cannot return the contents of some rows with the rows; the publisher reads the"
                            + " contents of these rows by statements of their own");
            return rows;
        }
        if (keys.size() > 1 || (rows.size() > FEW_ROWS && !SqlStates.concernsValue(failure))) {
            throw SqlStates.isSocketTimeout(failure)
                    ? new QueryTimeoutException("A read with contents exceeded the socket timeout", failure)
                    : failure;
        }
        int omitted = shard.applyAsInt(keys.getFirst());
        omittedUntilNanos.put(omitted, clock.nanos() + OMISSION_NANOS);
        log.atWarn()
                .addKeyValue("shard", omitted)
                .addKeyValue("reason", failure.getMostSpecificCause().getMessage())
                .log("The database cannot return the contents of some rows with the rows; the publisher reads the rows"
                        + " of the shard without contents for a minute, and their contents by statements of their own");
        return rows;
    }

    private boolean isOmitted(int shard) {
        Long untilNanos = omittedUntilNanos.get(shard);
        if (untilNanos != null && clock.nanos() - untilNanos >= 0) {
            omittedUntilNanos.remove(shard);
            return false;
        }
        return untilNanos != null;
    }
}
