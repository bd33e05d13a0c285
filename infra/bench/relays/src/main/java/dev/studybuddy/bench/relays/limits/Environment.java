package dev.studybuddy.bench.relays.limits;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Where this process finds everything.
 *
 * @param url the database
 * @param bootstrap the broker
 * @param topic for all events
 * @param folder for its files
 * @param warmUp how many events come before those that count
 */
record Environment(String url, String bootstrap, String topic, Path folder, int warmUp) {

    static Environment ofThisProcess() {
        Map<String, String> all = System.getenv();
        return new Environment(
                needed(all, "SPRING_DATASOURCE_URL"),
                needed(all, "SPRING_KAFKA_BOOTSTRAP_SERVERS"),
                needed(all, "BENCH_TOPIC"),
                Path.of(needed(all, "BENCH_FOLDER")),
                Integer.parseInt(all.getOrDefault("BENCH_WARM_UP", "0")));
    }

    private static String needed(Map<String, String> all, String name) {
        String value = all.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, "root", "");
    }

    /** An idempotent producer with full acknowledgement; the given settings over that. */
    KafkaProducer<String, String> producer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", bootstrap);
        all.put("acks", "all");
        all.put("enable.idempotence", true);
        all.putAll(settings);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    /** Settings for a stream of records. */
    static Map<String, Object> streaming() {
        return Map.of("linger.ms", 0, "batch.size", 131_072, "compression.type", "lz4", "buffer.memory", 67_108_864L);
    }
}
