package dev.studybuddy.api.user;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Finds users for admins, in the order of their ids. A search for an e-mail address or a username uses an index. No
 * index supports a search for a part of a text. Such a search therefore reads at most 20 000 users for a page, and the
 * next page continues after them.
 */
@Repository
final class UserSearch {

    private static final int MAX_SCANNED = 20_000;

    private static final String END_OF_SCAN =
            "SELECT id FROM users WHERE id > :after ORDER BY id OFFSET " + (MAX_SCANNED - 1) + " LIMIT 1";

    private static final String SELECT = """
            SELECT id, email, name, username, avatar, time_zone, show_profile, version, created_at, updated_at
            FROM users WHERE id > :after""";

    private static final String HAS_EMAIL = " AND lower(email) = lower(:email)";
    private static final String HAS_USERNAME = " AND username = :username";
    private static final String CONTAINS_TEXT = " AND (strpos(lower(name), lower(:text)) > 0"
            + " OR strpos(lower(email), lower(:text)) > 0"
            + " OR strpos(lower(COALESCE(username, '')), lower(:text)) > 0)";
    private static final String BEFORE_END = " AND id <= :end";
    private static final String PAGE = " ORDER BY id LIMIT :limit";

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private final JdbcClient jdbc;

    UserSearch(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A query selects users. A null component matches every user.
     *
     * @param email the e-mail address, without regard to the case of letters; a PostgreSQL server with the locale C
     *     ignores the case of ASCII letters only
     * @param text a part of the name, the username or the e-mail address, compared in the same way
     */
    record Query(
            @Nullable String email,
            @Nullable String username,
            @Nullable String text) {}

    /**
     * A result holds one page.
     *
     * @param next the id after which the next page begins; null on the last page
     */
    record Result(List<User> users, @Nullable UUID next) {}

    /**
     * Returns the users that match.
     *
     * @param after the id after which the page begins; null for the first page
     * @param limit the largest number of users on the page
     */
    Result find(Query query, @Nullable UUID after, int limit) {
        UUID from = after == null ? BEFORE_ALL : after;
        boolean scans = query.text() != null && query.email() == null && query.username() == null;
        UUID end = scans ? findEndOfScan(from).orElse(null) : null;
        List<User> found = read(query, from, end, limit + 1);
        if (found.size() > limit) {
            List<User> page = found.subList(0, limit);
            return new Result(page, page.getLast().id());
        }
        return new Result(found, end);
    }

    private Optional<UUID> findEndOfScan(UUID after) {
        return jdbc.sql(END_OF_SCAN).param("after", after).query(UUID.class).optional();
    }

    private List<User> read(Query query, UUID after, @Nullable UUID end, int limit) {
        String sql = SELECT
                + (query.email() == null ? "" : HAS_EMAIL)
                + (query.username() == null ? "" : HAS_USERNAME)
                + (query.text() == null ? "" : CONTAINS_TEXT)
                + (end == null ? "" : BEFORE_END)
                + PAGE;
        JdbcClient.StatementSpec statement = jdbc.sql(sql).param("after", after).param("limit", limit);
        statement = query.email() == null ? statement : statement.param("email", query.email());
        statement = query.username() == null ? statement : statement.param("username", query.username());
        statement = query.text() == null ? statement : statement.param("text", query.text());
        statement = end == null ? statement : statement.param("end", end);
        return statement.query(UserTable::readRow).list();
    }
}
