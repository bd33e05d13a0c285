package dev.studybuddy.api.cockroach;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants on their way to and from TIMESTAMPTZ columns, which hold microseconds. */
public final class SqlTimes {

    private SqlTimes() {}

    /** The present, as exact as a column holds it: what is answered is what is stored. */
    public static Instant now(Clock clock) {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** As a statement's parameter. */
    public static @Nullable OffsetDateTime parameter(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** From a column that is NOT NULL. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        Instant instant = optionalInstant(row, column);
        if (instant == null) {
            throw new IllegalStateException(column + " is null");
        }
        return instant;
    }

    public static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
