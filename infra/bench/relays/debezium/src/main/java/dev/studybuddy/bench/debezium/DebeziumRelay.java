package dev.studybuddy.bench.debezium;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the embedded engine on a replication slot of its own. The engine captures only inserts into the outbox, with a
 * short poll interval for a low lag.
 */
public final class DebeziumRelay {

    private static final Logger log = LoggerFactory.getLogger(DebeziumRelay.class);

    private DebeziumRelay() {}

    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        String topic = environment.getOrDefault("BENCH_TOPIC", "bench");
        KafkaSink sink =
                new KafkaSink(environment.getOrDefault("SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"), topic);
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings(environment))
                .notifying(sink)
                .using((success, message, error) -> onCompletion(success, message, error))
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(engine), "close-engine"));
        engine.run();
    }

    private static Properties settings(Map<String, String> environment) {
        URI database = URI.create(environment
                .getOrDefault("SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:26257/studybuddy")
                .substring("jdbc:".length()));
        String name = database.getPath().substring(1);
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "name", "outbox",
                "connector.class", "io.debezium.connector.postgresql.PostgresConnector",
                "topic.prefix", "bench",
                "plugin.name", "pgoutput",
                "slot.name", name,
                "slot.drop.on.stop", "true",
                "publication.name", name,
                "publication.autocreate.mode", "filtered",
                "table.include.list", "public.outbox"));
        settings.putAll(Map.of(
                "database.hostname",
                database.getHost(),
                "database.port",
                Integer.toString(database.getPort()),
                "database.dbname",
                name,
                "database.user",
                environment.getOrDefault("SPRING_DATASOURCE_USERNAME", "root"),
                "database.password",
                "none",
                "database.sslmode",
                "disable"));
        settings.putAll(Map.of(
                "snapshot.mode", "no_data",
                "skipped.operations", "u,d,t",
                "tombstones.on.delete", "false",
                "poll.interval.ms", "5",
                "max.batch.size", "4096",
                "max.queue.size", "16384"));
        Path folder = Path.of(environment.getOrDefault("BENCH_FOLDER", "."));
        settings.putAll(Map.of(
                "offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore",
                "offset.storage.file.filename", folder.resolve("offsets").toString(),
                "offset.flush.interval.ms", "1000"));
        settings.putAll(Map.of(
                "transforms", "outbox",
                "transforms.outbox.type", "io.debezium.transforms.outbox.EventRouter",
                "transforms.outbox.table.field.event.id", "id",
                "transforms.outbox.table.field.event.key", "aggregate_id",
                "transforms.outbox.table.field.event.payload", "payload",
                "transforms.outbox.route.by.field", "aggregate_type",
                "transforms.outbox.table.fields.additional.placement",
                        "event_type:header:ce_type,aggregate_version:header:ce_aggregateversion"));
        return settings;
    }

    private static void onCompletion(boolean success, String message, Throwable error) {
        if (!success) {
            log.atError().addKeyValue("reason", message).setCause(error).log("The engine failed; the relay exits");
            Runtime.getRuntime().halt(1);
        }
    }

    private static void close(DebeziumEngine<?> engine) {
        try {
            engine.close();
        } catch (IOException | IllegalStateException e) {
            log.atWarn().setCause(e).log("The engine could not be closed; the relay exits nevertheless");
        }
    }
}
