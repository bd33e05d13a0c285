package dev.studybuddy.testkit;

import com.zaxxer.hikari.HikariDataSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Holds one migrated database for each schema, of which PostgreSQL creates copies. A copy needs much less time than the
 * migration. The templates are never dropped, so they are only for servers that end with this JVM.
 */
final class DatabaseTemplates {

    private final Map<String, String> names = new HashMap<>();

    /** Returns the name of the database with a schema, which the first call creates and migrates. */
    synchronized String find(SqlServer server, String schema, Consumer<DataSource> migration) {
        return names.computeIfAbsent(schema, absent -> create(server, "template_" + schema, migration));
    }

    /** PostgreSQL copies only a database without connections, so the pool of the migration ends first. */
    private static String create(SqlServer server, String name, Consumer<DataSource> migration) {
        server.create(name);
        try (HikariDataSource pool = TestPool.of(server.urlOf(name), server.username(), server.password())) {
            migration.accept(pool);
        }
        return name;
    }
}
