package dev.studybuddy.api.todo;

import dev.studybuddy.api.cockroach.Conditions;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.http.DateRange;
import dev.studybuddy.api.http.SortCursor;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the pages of the lists of todos. The indexes {@code todos_of_a_user} and {@code todos_by_schedule} have the
 * order of a list, so that the database can return a page without a sort. The index {@code todos_by_completion} has two
 * uses. For a filter by the day of completion, it returns the rows of these days, and the database sorts them. For an
 * order by the day of completion, it returns the rows in the order of the days, and the database sorts only the rows of
 * the same day.
 */
@Component
final class TodoList {

    private static final String SCHEDULED_FOR = "scheduled_for";
    private static final String COMPLETED_ON = "completed_on";

    private static final String POSITION_AFTER = "(created_at, id) > (:at, :after)";
    private static final String POSITION_BEFORE = "(created_at, id) < (:at, :after)";
    private static final String DATED_AFTER = "({day}, created_at, id) > (:date, :at, :after)";
    private static final String DATED_BEFORE = "({day}, created_at, id) < (:date, :at, :after)";

    private final JdbcClient jdbc;

    TodoList(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Lists the orders of a list of todos. Todos without the day of an order come last in it. */
    enum Order {
        NEWEST_FIRST(SortCursor.NEWEST_FIRST, null, "ORDER BY created_at DESC, id DESC"),
        OLDEST_FIRST("createdAt", null, "ORDER BY created_at, id"),
        EARLIEST_DAY_FIRST("scheduledFor", SCHEDULED_FOR, "ORDER BY scheduled_for, created_at, id"),
        LATEST_DAY_FIRST("-scheduledFor", SCHEDULED_FOR, "ORDER BY scheduled_for DESC, created_at DESC, id DESC"),
        EARLIEST_COMPLETION_FIRST("completedOn", COMPLETED_ON, "ORDER BY completed_on, created_at, id"),
        LATEST_COMPLETION_FIRST("-completedOn", COMPLETED_ON, "ORDER BY completed_on DESC, created_at DESC, id DESC");

        /** The message of a fault lists the codes of all orders. */
        static final String CODES = "createdAt, -createdAt, scheduledFor, -scheduledFor, completedOn, -completedOn";

        private final String code;
        private final @Nullable String day;
        private final String sql;

        Order(String code, @Nullable String day, String sql) {
            this.code = code;
            this.day = day;
            this.sql = sql;
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

        private boolean isAscending() {
            return this == OLDEST_FIRST || this == EARLIEST_DAY_FIRST || this == EARLIEST_COMPLETION_FIRST;
        }

        private boolean isOfCompletion() {
            return this == EARLIEST_COMPLETION_FIRST || this == LATEST_COMPLETION_FIRST;
        }

        /** Returns the order of the todos without the day of this order, which has an index. */
        private String undatedSql() {
            if (!isOfCompletion()) {
                return sql;
            }
            return isAscending() ? OLDEST_FIRST.sql : NEWEST_FIRST.sql;
        }

        /**
         * Returns whether a filter selects todos with the day of this order. A todo that is not completed has no day of
         * completion.
         */
        private boolean includesDated(Filter filter) {
            return !isOfCompletion() || !Boolean.FALSE.equals(filter.completed());
        }

        /** Returns whether a filter selects todos without the day of this order. */
        private boolean includesUndated(Filter filter) {
            return isOfCompletion()
                    ? filter.completionDays().isUnbounded() && !Boolean.TRUE.equals(filter.completed())
                    : filter.days().isUnbounded();
        }

        /** Returns the position of a todo in this order. */
        SortCursor cursorOf(TodoState todo) {
            LocalDate date = isOfCompletion() ? todo.completedOn() : todo.scheduledFor();
            return new SortCursor(code, day == null ? null : date, todo.createdAt(), UUID.fromString(todo.id()));
        }
    }

    /**
     * Holds the filters of a list.
     *
     * @param completed the state that listed todos have; null for both
     * @param subject the subject that listed todos have, which is empty for todos without one; null for any
     * @param difficulty the difficulty that listed todos have; null for any
     * @param days the days for which listed todos are scheduled
     * @param completionDays the days on which listed todos were completed
     * @param text the text that the title contains, without regard to the case of letters; a PostgreSQL server with
     *     the locale C ignores the case of ASCII letters only; null for any
     */
    record Filter(
            @Nullable Boolean completed,
            @Nullable String subject,
            @Nullable Difficulty difficulty,
            DateRange days,
            DateRange completionDays,
            @Nullable String text) {}

    /**
     * Holds the request for a page.
     *
     * @param after the position after which the page starts; null for the first page
     * @param limit the largest number of todos on the page
     */
    record Query(Filter filter, Order order, @Nullable SortCursor after, int limit) {}

    /** Returns the todos of a page in its order, and one more than the limit if further todos exist. */
    List<TodoState> read(UUID user, Query query) {
        int wanted = query.limit() + 1;
        Order order = query.order();
        String day = order.day;
        SortCursor after = query.after();
        if (day == null) {
            return read(conditions(user, query.filter()), position(order, after), order.sql, wanted);
        }
        List<TodoState> found = new ArrayList<>();
        if (order.includesDated(query.filter()) && (after == null || after.date() != null)) {
            Conditions dated = conditions(user, query.filter()).and(day + " IS NOT NULL");
            found.addAll(read(dated, datedPosition(order, day, after), order.sql, wanted));
        }
        if (found.size() < wanted && order.includesUndated(query.filter())) {
            Conditions undated = conditions(user, query.filter()).and(day + " IS NULL");
            SortCursor undatedAfter = after == null || after.date() != null ? null : after;
            found.addAll(read(undated, position(order, undatedAfter), order.undatedSql(), wanted - found.size()));
        }
        return found;
    }

    /** Holds the condition on the position after which a page starts. */
    private record Position(String sql, @Nullable LocalDate date, Instant at, UUID id) {}

    private static @Nullable Position position(Order order, @Nullable SortCursor after) {
        return after == null
                ? null
                : new Position(order.isAscending() ? POSITION_AFTER : POSITION_BEFORE, null, after.at(), after.id());
    }

    private static @Nullable Position datedPosition(Order order, String day, @Nullable SortCursor after) {
        return after == null
                ? null
                : new Position(
                        (order.isAscending() ? DATED_AFTER : DATED_BEFORE).replace("{day}", day),
                        after.date(),
                        after.at(),
                        after.id());
    }

    private List<TodoState> read(Conditions conditions, @Nullable Position position, String order, int limit) {
        if (position != null) {
            conditions
                    .and(position.sql())
                    .value("at", Objects.requireNonNull(SqlTimes.parameter(position.at())))
                    .value("after", position.id());
            if (position.date() != null) {
                conditions.value("date", position.date());
            }
        }
        return jdbc.sql(TodoTable.COLUMNS + conditions.sql() + order + " LIMIT :limit")
                .params(conditions.values())
                .param("limit", limit)
                .query(TodoTable::readRow)
                .list();
    }

    private static Conditions conditions(UUID user, Filter filter) {
        String text = filter.text();
        Conditions conditions = new Conditions()
                .and("user_id = :user", "user", user)
                .and("EXISTS (SELECT 1 FROM users u WHERE u.id = :user)")
                .and("completed = :completed", "completed", filter.completed())
                .and("subject = :subject", "subject", filter.subject())
                .and(
                        "difficulty = :difficulty",
                        "difficulty",
                        filter.difficulty() == null ? null : filter.difficulty().code())
                .and("scheduled_for >= :first", "first", filter.days().first())
                .and("scheduled_for <= :last", "last", filter.days().last());
        if (!filter.completionDays().isUnbounded()) {
            // The first condition is that of the index, so that both databases can use the index.
            conditions
                    .and("completed_on IS NOT NULL")
                    .and(
                            "completed_on >= :completedFirst",
                            "completedFirst",
                            filter.completionDays().first())
                    .and(
                            "completed_on <= :completedLast",
                            "completedLast",
                            filter.completionDays().last());
        }
        if (text != null && !text.isEmpty()) {
            // A database with the locale C changes only the case of ASCII letters, so the exact text is searched too.
            conditions
                    .and("(strpos(title, :text) > 0 OR strpos(lower(title), :lower) > 0)")
                    .value("text", text)
                    .value("lower", text.toLowerCase(Locale.ROOT));
        }
        return conditions;
    }
}
