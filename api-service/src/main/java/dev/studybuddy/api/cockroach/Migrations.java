package dev.studybuddy.api.cockroach;

import dev.studybuddy.outbox.OutboxSchema;
import org.flywaydb.core.Flyway;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.stereotype.Component;

/** Brings the schema up to date at start: the outbox by its own scripts and history, then the domain. */
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
        domain.migrate();
    }
}
