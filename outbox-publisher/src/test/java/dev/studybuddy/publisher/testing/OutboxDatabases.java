package dev.studybuddy.publisher.testing;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Creates the tables of the outbox contract in the databases of tests. */
public final class OutboxDatabases {

    private OutboxDatabases() {}

    /** Creates a database with the tables. The caller closes it. */
    public static TestDatabase newDatabase() {
        return TestServers.newDatabase("outbox", OutboxDatabases::migrate);
    }

    /** Creates the tables in a database. */
    public static void migrate(DataSource source) {
        Flyway.configure()
                .dataSource(source)
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
    }
}
