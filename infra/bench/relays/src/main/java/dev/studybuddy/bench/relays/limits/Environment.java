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
 * This record holds the settings that the benchmark passes to this process in environment variables.
 *
 * @param url JDBC URL of the database
 * @param bootstrap address of the broker
 * @param topic topic of all events
 * @param folder folder for the files of this process
 * @param warmUp number of events before the measured ones
 */
record Environment(String url, String bootstrap, String topic, Path folder, int warmUp) {

    static Environment read() {
        Map<String, String> all = System.getenv();
        return new Environment(
                required(all, "SPRING_DATASOURCE_URL"),
                required(all, "SPRING_KAFKA_BOOTSTRAP_SERVERS"),
                required(all, "BENCH_TOPIC"),
                Path.of(required(all, "BENCH_FOLDER")),
                Integer.parseInt(all.getOrDefault("BENCH_WARM_UP", "0")));
    }

    private static String required(Map<String, String> all, String name) {
        String value = all.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, "root", "");
    }

    /** Creates an idempotent producer that waits for all replicas. The given settings override this. */
    KafkaProducer<String, String> producer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", bootstrap);
        all.put("acks", "all");
        all.put("enable.idempotence", true);
        all.putAll(settings);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    /** Returns producer settings for a continuous stream of records. */
    static Map<String, Object> streaming() {
        return Map.of("linger.ms", 0, "batch.size", 131_072, "compression.type", "lz4", "buffer.memory", 67_108_864L);
    }
}
