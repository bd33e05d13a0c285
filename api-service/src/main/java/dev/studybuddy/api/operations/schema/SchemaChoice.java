package dev.studybuddy.api.operations.schema;

import dev.studybuddy.api.outbox.EventSchema;
import dev.studybuddy.api.periodic.PeriodicTask;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Chooses a newer schema of events as soon as the setting allows it and every reader reads it. Each round first reads
 * the chosen schema from CockroachDB, because another instance may have raised it.
 */
@Component
final class SchemaChoice extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaChoice.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final EventSchema schema;
    private final SchemaReaders readers;
    private final SchemaProperties properties;
    private @Nullable String lastObstacle;

    SchemaChoice(EventSchema schema, SchemaReaders readers, SchemaProperties properties) {
        super("event-schema", INTERVAL, INTERVAL);
        this.schema = schema;
        this.readers = readers;
        this.properties = properties;
    }

    @Override
    protected void runRound() {
        schema.refresh();
        int allowed = Math.min(properties.highestSchema(), schema.newest());
        String obstacle = null;
        for (int wanted = allowed; wanted > schema.current(); wanted--) {
            obstacle = readers.findObstacle(wanted);
            if (obstacle == null) {
                schema.raiseTo(wanted);
                LOG.atInfo()
                        .addKeyValue("schema", wanted)
                        .log("Every projector reads a newer schema; this service writes events in it from now on");
            }
        }
        logChange(obstacle);
    }

    private void logChange(@Nullable String obstacle) {
        if (obstacle != null && !Objects.equals(obstacle, lastObstacle)) {
            LOG.atInfo()
                    .addKeyValue("obstacle", obstacle)
                    .addKeyValue("schema", schema.current())
                    .log("The setting allows a newer schema, but an obstacle prevents it; events keep"
                            + " their schema until the obstacle ends");
        }
        lastObstacle = obstacle;
    }
}
