package dev.studybuddy.publisher.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Observes a producer session that sends versions of several aggregates to one partition. It has one request in flight.
 * The key of a record is its aggregate, and the value names session, position in the session, and version.
 */
final class ObservedSession implements AutoCloseable {

    private static final long OUTCOME_LIMIT_SECONDS = 60;

    private final String name;
    private final TopicPartition partition;
    private final KafkaProducer<String, String> producer;
    private final AtomicBoolean hasFailed = new AtomicBoolean();
    private final List<Sent> sent = new ArrayList<>();

    /** This record describes a Kafka record that the session accepted. */
    private record Sent(String aggregate, long version, Future<RecordMetadata> outcome) {}

    /**
     * This record holds the outcomes of a session.
     *
     * @param acknowledged the number of records that were acknowledged
     * @param failed the number of records that have a negative or unknown outcome
     */
    record Outcomes(int acknowledged, int failed) {}

    ObservedSession(String name, TopicPartition partition, String bootstrapServers) {
        this.name = name;
        this.partition = partition;
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 200);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 400);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 700);
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG, 10);
        config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 50);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    /**
     * Sends versions of random aggregates until the session has ended or has accepted the given number of records. Each
     * version follows the one before in this session, or the highest acknowledged one.
     */
    void sendChains(Map<String, Long> acknowledged, Random random, int records) {
        Map<String, Long> next = new HashMap<>(acknowledged);
        List<String> aggregates = acknowledged.keySet().stream().sorted().toList();
        boolean isAccepted = true;
        while (isAccepted && sent.size() < records) {
            String aggregate = aggregates.get(random.nextInt(aggregates.size()));
            isAccepted = send(aggregate, next.merge(aggregate, 1L, Long::sum), true);
        }
    }

    /** Sends a record, and returns whether the session accepted it. */
    boolean send(String aggregate, long version, boolean endsAtFailure) {
        String value = name + " " + sent.size() + " " + version;
        try {
            Future<RecordMetadata> outcome = producer.send(
                    new ProducerRecord<>(partition.topic(), partition.partition(), aggregate, value),
                    (metadata, error) -> {
                        if (error != null && endsAtFailure && !hasFailed.getAndSet(true)) {
                            producer.close(Duration.ZERO);
                        }
                    });
            sent.add(new Sent(aggregate, version, outcome));
            return true;
        } catch (IllegalStateException | KafkaException ended) {
            // The session ended before or during the call. The client has two exceptions for this.
            return false;
        }
    }

    /** Waits for all outcomes, and raises the acknowledged versions. */
    Outcomes awaitOutcomes(Map<String, Long> acknowledged) throws InterruptedException, TimeoutException {
        int succeeded = 0;
        for (Sent one : sent) {
            try {
                one.outcome().get(OUTCOME_LIMIT_SECONDS, TimeUnit.SECONDS);
                acknowledged.merge(one.aggregate(), one.version(), Math::max);
                succeeded++;
            } catch (ExecutionException failed) {
                // The row goes back to waiting, and a later session sends it again.
            }
        }
        return new Outcomes(succeeded, sent.size() - succeeded);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
