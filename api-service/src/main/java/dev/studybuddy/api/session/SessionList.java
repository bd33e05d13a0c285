package dev.studybuddy.api.session;

import dev.studybuddy.api.cockroach.Conditions;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.http.DateRange;
import dev.studybuddy.api.http.SortCursor;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the pages of the lists of sessions. The indexes {@code study_sessions_of_a_user} and
 * {@code study_sessions_by_completion} have the order of a list, so that the database can return a page without a sort.
 */
@Component
final class SessionList {

    private static final int FIRST_YEAR = 1900;
    private static final int LAST_YEAR = 2900;

    private final JdbcClient jdbc;

    SessionList(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Lists the orders of a list of sessions. */
    enum Order {
        NEWEST_FIRST(SortCursor.NEWEST_FIRST, "created_at", true),
        OLDEST_FIRST("createdAt", "created_at", false),
        LATEST_COMPLETED_FIRST("-completedAt", "completed_at", true),
        EARLIEST_COMPLETED_FIRST("completedAt", "completed_at", false);

        /** The message of a fault lists the codes of all orders. */
        static final String CODES = "createdAt, -createdAt, completedAt, -completedAt";

        private final String code;
        private final boolean byCompletion;
        private final String position;
        private final String sql;

        Order(String code, String column, boolean descending) {
            this.code = code;
            this.byCompletion = column.equals("completed_at");
            this.position = '(' + column + ", id) " + (descending ? '<' : '>') + " (:at, :after)";
            String direction = descending ? " DESC" : "";
            this.sql = "ORDER BY " + column + direction + ", id" + direction;
        }

        String code() {
            return code;
        }

        static Optional<Order> ofCode(String code) {
            for (Order order : values()) {
                if (order.code.equals(code)) {
                    return Optional.of(order);
                }
            }
            return Optional.empty();
        }

        /** Returns the position of a session in this order. */
        SortCursor cursorOf(SessionState session) {
            return new SortCursor(
                    code,
                    null,
                    byCompletion ? session.completedAt() : session.createdAt(),
                    UUID.fromString(session.id()));
        }
    }

    /**
     * Holds the filters of a list.
     *
     * @param subject the subject that listed sessions have, which is empty for sessions without one; null for any
     * @param type the type that listed sessions have; null for any
     * @param days the days on which listed sessions were completed
     */
    record Filter(@Nullable String subject, @Nullable SessionType type, DateRange days) {}

    /**
     * Holds the request for a page.
     *
     * @param after the position after which the page starts; null for the first page
     * @param limit the largest number of sessions on the page
     */
    record Query(Filter filter, Order order, @Nullable SortCursor after, int limit) {}

    /** Returns the sessions of a page in its order, and one more than the limit if further sessions exist. */
    List<SessionState> read(UUID user, Query query) {
        Conditions conditions = conditions(user, query.filter());
        SortCursor after = query.after();
        if (after != null) {
            conditions
                    .and(query.order().position)
                    .value("at", Objects.requireNonNull(SqlTimes.parameter(after.at())))
                    .value("after", after.id());
        }
        return jdbc.sql(SessionTable.COLUMNS + conditions.sql() + query.order().sql + " LIMIT :limit")
                .params(conditions.values())
                .param("limit", query.limit() + 1)
                .query(SessionTable::readRow)
                .list();
    }

    private static Conditions conditions(UUID user, Filter filter) {
        LocalDate first = filter.days().first();
        LocalDate last = filter.days().last();
        return new Conditions()
                .and("user_id = :user", "user", user)
                .and("EXISTS (SELECT 1 FROM users u WHERE u.id = :user)")
                .and("subject = :subject", "subject", filter.subject())
                .and(
                        "session_type = :type",
                        "type",
                        filter.type() == null ? null : filter.type().code())
                .and("completed_on >= :first", "first", first)
                .and("completed_on <= :last", "last", last)
                // A day of any time zone lies within these times, which bound the part of the index that is read.
                .and("completed_at >= :earliest", "earliest", first == null ? null : startOf(first, -1))
                .and("completed_at < :latest", "latest", last == null ? null : startOf(last, 2));
    }

    /**
     * Adds days to a day, and returns the start of the resulting day in UTC. Returns null for a day in a year in which
     * no session can be completed.
     *
     * @param daysLater the number of days to add, which may be negative
     */
    private static @Nullable OffsetDateTime startOf(LocalDate day, int daysLater) {
        boolean possible = day.getYear() > FIRST_YEAR && day.getYear() < LAST_YEAR;
        return possible ? day.plusDays(daysLater).atStartOfDay().atOffset(ZoneOffset.UTC) : null;
    }
}
