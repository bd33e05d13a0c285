package dev.studybuddy.api.cockroach;

import dev.studybuddy.outbox.OutboxSchema;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.stereotype.Component;

/**
 * Migrates the database schema at startup. It first migrates the outbox, which has its own scripts and history table,
 * and then the domain tables.
 */
@Component
final class Migrations implements FlywayMigrationStrategy {

    @Override
    public void migrate(Flyway domain) {
        Flyway outbox = Flyway.configure()
                .configuration(domain.getConfiguration())
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load();
        outbox.migrate();
        MigrateResult result = domain.migrate();
        if (result.migrations.stream().anyMatch(script -> DuplicateEmails.SCRIPT.equals(script.description))) {
            DuplicateEmails.log(domain.getConfiguration().getDataSource());
        }
    }
}
