package dev.studybuddy.api.cockroach;

import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds and logs the users whose e-mail addresses differ only in case. They registered before addresses were compared
 * without case. They keep their addresses, and no further user can take one of these addresses.
 */
final class DuplicateEmails {

    /** The script that creates the index for the comparison without case has this description. */
    static final String SCRIPT = "users by email without case";

    private static final Logger LOG = LoggerFactory.getLogger(DuplicateEmails.class);

    /** The limit bounds the log. Further users are found by the same statement after the first ones are merged. */
    private static final String FIND = """
            SELECT string_agg(CAST(id AS TEXT), ', ') AS ids
            FROM users GROUP BY lower(email) HAVING count(*) > 1 LIMIT 1000
            """;

    private DuplicateEmails() {}

    /** Returns the ids of the users whose addresses differ only in case, as one text for each address. */
    static List<String> find(DataSource database) {
        return JdbcClient.create(database)
                .sql(FIND)
                .query((row, number) -> row.getString("ids"))
                .list();
    }

    /** Logs a warning for each address that several users have. */
    static void log(DataSource database) {
        for (String users : find(database)) {
            LOG.atWarn()
                    .addKeyValue("users", users)
                    .log("The e-mail addresses of these users differ only in case; the users keep them, and no other"
                            + " user can take one");
        }
    }
}
