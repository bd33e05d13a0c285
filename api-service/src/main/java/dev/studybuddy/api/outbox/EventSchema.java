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
 * Holds the schema in which events are written. The choice is one row in the database, and it only rises. Therefore an
 * instance writes no older schema again, even after a restart or a change of the setting. An instance writes an older
 * schema until it reads a new choice; readers accept both.
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
     * Reads the choice.
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
     * Chooses a schema for all instances. The call has no effect if the present choice is not lower. The other
     * instances follow when they read the choice.
     *
     * @param schema at most {@link #newest()}
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
