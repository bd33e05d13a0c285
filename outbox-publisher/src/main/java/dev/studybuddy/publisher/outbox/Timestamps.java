package dev.studybuddy.publisher.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Converts between instants and the timestamps of the database. An infinite timestamp is the first or the last instant
 * of Java.
 */
public final class Timestamps {

    /** No finite timestamp of the servers is later. */
    private static final Instant LATEST = Instant.parse("+294276-12-31T23:59:59.999999Z");

    /** No finite timestamp of the servers is earlier. */
    public static final Instant EARLIEST = Instant.parse("-4713-11-24T00:00:00Z");

    private Timestamps() {}

    /** Returns the instant of a column, or null if the column is null. */
    static @Nullable Instant nullable(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : toInstant(time);
    }

    /** Returns the instant of a column that is never null. */
    static Instant required(ResultSet row, int column) throws SQLException {
        return toInstant(row.getObject(column, OffsetDateTime.class));
    }

    /** The driver returns the largest and the smallest time for the infinite timestamps. */
    private static Instant toInstant(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX)) {
            return Instant.MAX;
        }
        return time.equals(OffsetDateTime.MIN) ? Instant.MIN : time.toInstant();
    }

    /** Returns an instant as a parameter. An instant that the servers cannot store becomes an infinite timestamp. */
    static OffsetDateTime parameter(Instant instant) {
        if (instant.isAfter(LATEST)) {
            return OffsetDateTime.MAX;
        }
        return instant.isBefore(EARLIEST) ? OffsetDateTime.MIN : instant.atOffset(ZoneOffset.UTC);
    }
}
