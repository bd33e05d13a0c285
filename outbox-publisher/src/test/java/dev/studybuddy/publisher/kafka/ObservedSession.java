package dev.studybuddy.publisher.kafka;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Hands versions of several aggregates to a producer session and observes their outcomes. All records belong to one
 * partition. The key of a record is its aggregate, and the value names session, position in the session, and version.
 */
final class ObservedSession implements AutoCloseable {

    private static final long OUTCOME_LIMIT_SECONDS = 60;
    private static final byte[] EMPTY_OBJECT = TestBytes.utf8("{}");

    private final String name;
    private final TopicPartition partition;
    private final ProducerSession session;
    private final List<Sent> sent = new ArrayList<>();

    /** This record describes a Kafka record that the session accepted. */
    private record Sent(String aggregate, long version, CompletableFuture<SendOutcome> outcome) {}

    /**
     * This record holds the outcomes of a session.
     *
     * @param acknowledged the number of records that were acknowledged
     * @param failed the number of records that have a negative or unknown outcome
     */
    record Outcomes(int acknowledged, int failed) {}

    /**
     * Starts a session.
     *
     * @param requestTimeout the time after which the producer repeats a request; a record expires while its second
     *     request is in flight
     */
    ObservedSession(String name, TopicPartition partition, String bootstrapServers, Duration requestTimeout) {
        this.name = name;
        this.partition = partition;
        this.session = new ProducerSession(1, config(bootstrapServers, requestTimeout));
    }

    /** Returns the configuration of a producer with small batches, whose records expire during their second request. */
    static Map<String, Object> config(String bootstrapServers, Duration requestTimeout) {
        int requestTimeoutMillis = (int) requestTimeout.toMillis();
        return Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.BATCH_SIZE_CONFIG,
                200,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                requestTimeoutMillis,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                requestTimeoutMillis * 7 / 4,
                ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                10,
                ProducerConfig.RECONNECT_BACKOFF_MS_CONFIG,
                10,
                ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                50);
    }

    /** Returns the value of a record. */
    static String value(String session, int position, long version) {
        return session + " " + position + " " + version;
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
            isAccepted = send(aggregate, next.merge(aggregate, 1L, Long::sum));
        }
    }

    /** Hands a record to the session, and returns whether the session accepted it. */
    boolean send(String aggregate, long version) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                partition.topic(),
                partition.partition(),
                TestBytes.utf8(aggregate),
                TestBytes.utf8(value(name, sent.size(), version)));
        CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
        boolean isAccepted = session.send(row(aggregate, version), record, (row, result) -> outcome.complete(result));
        if (isAccepted) {
            sent.add(new Sent(aggregate, version, outcome));
        }
        return isAccepted;
    }

    private static OutboxRow row(String aggregate, long version) {
        return new OutboxRow(
                new Aggregate(0, "todo", aggregate),
                version,
                new UUID(0, version),
                "changed",
                EMPTY_OBJECT,
                EMPTY_OBJECT,
                Instant.EPOCH,
                0,
                null,
                Instant.EPOCH,
                0);
    }

    /** Waits for all outcomes, and raises the highest acknowledged version of each aggregate in the map. */
    Outcomes awaitOutcomes(Map<String, Long> acknowledged)
            throws InterruptedException, ExecutionException, TimeoutException {
        int succeeded = 0;
        for (Sent one : sent) {
            // A row without an acknowledgement returns to the waiting rows, and a later session sends it again.
            if (one.outcome().get(OUTCOME_LIMIT_SECONDS, TimeUnit.SECONDS) instanceof SendOutcome.Acknowledged) {
                acknowledged.merge(one.aggregate(), one.version(), Math::max);
                succeeded++;
            }
        }
        return new Outcomes(succeeded, sent.size() - succeeded);
    }

    @Override
    public void close() {
        session.close();
    }
}
