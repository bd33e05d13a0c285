package dev.studybuddy.bench.debezium;

import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.source.SourceRecord;

/** Sends a whole batch, waits for its acknowledgements and then commits it to the engine, as Debezium Server does. */
final class KafkaSink implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {

    private final String topic;
    private final KafkaProducer<String, String> producer;

    KafkaSink(String bootstrap, String topic) {
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "batch.size",
                        131_072,
                        "compression.type",
                        "lz4",
                        "buffer.memory",
                        67_108_864L),
                new StringSerializer(),
                new StringSerializer());
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> batch, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(batch.size());
        for (RecordChangeEvent<SourceRecord> change : batch) {
            SourceRecord event = change.record();
            ProducerRecord<String, String> out =
                    new ProducerRecord<>(topic, String.valueOf(event.key()), String.valueOf(event.value()));
            event.headers()
                    .forEach(header -> out.headers()
                            .add(header.key(), String.valueOf(header.value()).getBytes(StandardCharsets.UTF_8)));
            sent.add(producer.send(out));
        }
        for (int n = 0; n < sent.size(); n++) {
            try {
                sent.get(n).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the broker did not acknowledge a record", e);
            }
            committer.markProcessed(batch.get(n));
        }
        committer.markBatchFinished();
    }
}
