package dev.studybuddy.api.testing;

import dev.studybuddy.database.DomainSchema;
import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Creates the tables of the outbox and of the domain in the databases of tests. */
public final class ApiDatabases {

    private ApiDatabases() {}

    /** Creates a database with all tables, which the service then does not have to create. The caller closes it. */
    public static TestDatabase newDatabase() {
        return TestServers.newDatabase("api", ApiDatabases::migrate);
    }

    private static void migrate(DataSource database) {
        Flyway.configure()
                .dataSource(database)
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
        Flyway.configure()
                .dataSource(database)
                .locations(DomainSchema.LOCATION)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load()
                .migrate();
    }
}
