package dev.studybuddy.api.cockroach;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Converts instants to and from TIMESTAMPTZ columns, which have a resolution of one microsecond. */
public final class SqlTimes {

    private SqlTimes() {}

    /** Returns the current time in the resolution of a column, so that an answer shows exactly the stored value. */
    public static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Returns an instant as the parameter of a statement; null remains null. */
    public static @Nullable OffsetDateTime parameter(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** Returns the instant in a column that is NOT NULL. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        Instant instant = optionalInstant(row, column);
        if (instant == null) {
            throw new IllegalStateException("the column " + column + " is null");
        }
        return instant;
    }

    /** Returns the instant in a column, or null if the column is null. */
    public static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
