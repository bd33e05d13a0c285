package dev.studybuddy.api.outbox;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaDowncaster;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Holds the schema in which this instance writes events. The table {@code event_schema} holds the chosen schema in one
 * row, and its number only rises. Therefore no instance returns to an older schema, even after a restart or a change of
 * the setting. After a new choice, an instance still writes the previous schema until it reads the choice; readers
 * accept both.
 */
@Component
public final class EventSchema {

    private static final int FIRST = 1;

    private static final String READ = "SELECT COALESCE(max(schema_version), 1) FROM event_schema";

    private static final String RAISE = """
            INSERT INTO event_schema (id, schema_version) VALUES (1, ?)
            ON CONFLICT (id) DO UPDATE SET schema_version = excluded.schema_version, chosen_at = now()
            WHERE event_schema.schema_version < excluded.schema_version
            """;

    private final JdbcTemplate jdbc;
    private final SchemaDowncaster downcaster;
    private final AtomicInteger current = new AtomicInteger(FIRST);

    EventSchema(JdbcTemplate jdbc, SchemaDowncaster downcaster, MeterRegistry registry) {
        this.jdbc = jdbc;
        this.downcaster = downcaster;
        Gauge.builder("outbox_event_schema", current, AtomicInteger::doubleValue)
                .description("This gauge is the schema in which this instance writes events.")
                .register(registry);
    }

    /**
     * Reads the chosen schema from the table, and writes events in it from now on.
     *
     * @throws IllegalStateException if this program is too old to write the chosen schema
     */
    @PostConstruct
    public void refresh() {
        Integer stored = jdbc.queryForObject(READ, Integer.class);
        int chosen = stored == null ? FIRST : stored;
        if (chosen > downcaster.present()) {
            throw new IllegalStateException("the table event_schema holds schema " + chosen
                    + ", but this program writes schemas up to " + downcaster.present()
                    + "; start a version of the program that writes schema " + chosen);
        }
        current.accumulateAndGet(chosen, Math::max);
    }

    /** Returns the schema in which this instance writes events. */
    public int current() {
        return current.get();
    }

    /** Returns the newest schema that this program is able to write. */
    public int newest() {
        return downcaster.present();
    }

    /**
     * Chooses a schema for all instances, unless the chosen schema is already this one or a newer one. The other
     * instances write events in it when they have read the choice.
     *
     * @param schema at most {@link #newest()}
     * @throws IllegalStateException if this program is too old to write the chosen schema
     */
    public void raiseTo(int schema) {
        jdbc.update(RAISE, schema);
        refresh();
    }

    /** Returns a state as the payload of an event in one schema. */
    String write(AggregateType type, int schema, AggregateState state) {
        return downcaster.write(type, schema, state);
    }
}
