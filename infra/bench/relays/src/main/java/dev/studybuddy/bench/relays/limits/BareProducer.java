package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** A bare producer uses Kafka alone: one idempotent producer sends the payloads of the table from memory. */
final class BareProducer implements LimitProgram.TimedLimit {

    private static final String ALL = """
            SELECT aggregate_id, payload::text FROM outbox ORDER BY created_at, id""";

    private final Environment environment;
    private final List<ProducerRecord<String, String>> all = new ArrayList<>();
    private final KafkaProducer<String, String> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    BareProducer(Environment environment) {
        this.environment = environment;
        this.producer = environment.producer(Environment.streaming());
    }

    @Override
    public void warmUp() throws Exception {
        try (Connection connection = environment.connect();
                PreparedStatement statement = connection.prepareStatement(ALL);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                all.add(new ProducerRecord<>(environment.topic(), rows.getString(1), rows.getString(2)));
            }
        }
        send(all.subList(0, environment.warmUp()));
    }

    @Override
    public long run() throws Exception {
        List<ProducerRecord<String, String>> measured = all.subList(environment.warmUp(), all.size());
        send(measured);
        return measured.size();
    }

    private void send(List<ProducerRecord<String, String>> records) throws Exception {
        for (ProducerRecord<String, String> each : records) {
            Future<RecordMetadata> unused = producer.send(each, (sent, thrown) -> {
                if (thrown != null) {
                    failure.set(thrown);
                }
            });
        }
        producer.flush();
        Exception thrown = failure.get();
        if (thrown != null) {
            throw thrown;
        }
    }
}
