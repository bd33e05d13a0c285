package dev.studybuddy.bench.namastack;

import io.namastack.outbox.handler.OutboxRecordMetadata;
import io.namastack.outbox.handler.OutboxTypedHandler;
import java.util.concurrent.ExecutionException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/** Sends an event to Kafka and waits for its acknowledgement, as the library's own Kafka handler does. */
@Component
class KafkaHandler implements OutboxTypedHandler<BenchmarkEvent> {

    private final KafkaTemplate<Object, Object> kafka;
    private final String topic;

    KafkaHandler(KafkaTemplate<Object, Object> kafka, @Value("${bench.topic}") String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    @Override
    public void handle(BenchmarkEvent event, OutboxRecordMetadata metadata) {
        try {
            kafka.send(topic, metadata.getKey(), event).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the wait for the acknowledgement was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not acknowledge a record", e);
        }
    }
}
