package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.publish.SendOutcome;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Shows the errors with which the client and a broker of this version refuse the records of a batch. Two of them differ
 * from other errors only by their text.
 */
class SendErrorsIT {

    private static final long LIMIT_SECONDS = 60;
    private static final Map<String, String> ONLY_RECENT_RECORDS = Map.of("message.timestamp.before.max.ms", "60000");
    private static final Duration AGE = Duration.ofHours(1);

    private final TestTopics topics = new TestTopics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());

    @AfterEach
    void remove() {
        topics.remove();
    }

    @Test
    void theValidRecordsOfARefusedBatchAreNotEvaluated() throws Exception {
        // The broker refuses a record without a key on a compacted topic.
        List<SendOutcome> outcomes = sendAsOneBatch(Map.of("cleanup.policy", "compact"), "a", null, "b");

        assertThat(outcomes.get(0)).isInstanceOf(SendOutcome.NotEvaluated.class);
        assertThat(outcomes.get(1)).isInstanceOf(SendOutcome.Refused.class);
        assertThat(outcomes.get(2)).isInstanceOf(SendOutcome.NotEvaluated.class);
    }

    @Test
    void aTimestampThatTheTopicDoesNotAcceptBlocksTheTopic() throws Exception {
        assertThat(sendAsOneBatch(ONLY_RECENT_RECORDS, "a"))
                .hasSize(1)
                .hasOnlyElementsOfType(SendOutcome.TopicBlocked.class);
    }

    /** The client replaces the error of the batch if the broker refuses several of its records. */
    @Test
    void severalTimestampsThatTheTopicDoesNotAcceptBlockTheTopic() throws Exception {
        assertThat(sendAsOneBatch(ONLY_RECENT_RECORDS, "a", "b", "c"))
                .hasSize(3)
                .hasOnlyElementsOfType(SendOutcome.TopicBlocked.class);
    }

    /** Sends records of an hour ago with these keys to one partition of a new topic, and returns their outcomes. */
    // The callback reports the result, so the future is not needed.
    @SuppressWarnings("FutureReturnValueIgnored")
    private List<SendOutcome> sendAsOneBatch(Map<String, String> topicConfig, String... keys) throws Exception {
        String topic = topics.prefix() + "errors";
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, topics.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(topicConfig)))
                    .all()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        long timestamp = Instant.now().minus(AGE).toEpochMilli();
        List<CompletableFuture<SendOutcome>> outcomes = new ArrayList<>();
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                topics.bootstrapServers(),
                // Only the flush ends the batch.
                ProducerConfig.LINGER_MS_CONFIG,
                60_000);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            Arrays.stream(keys).forEach(key -> {
                CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                producer.send(
                        new ProducerRecord<>(topic, 0, timestamp, key, "value"),
                        (metadata, error) ->
                                outcome.complete(error == null ? new SendOutcome.Acknowledged(0, 0) : outcome(error)));
            });
            producer.flush();
        }
        return outcomes.stream().map(CompletableFuture::join).toList();
    }

    /** Returns the outcome of a refusal, after which the producer must be usable. */
    private static SendOutcome outcome(Exception error) {
        return SendErrors.isFatal(error)
                ? new SendOutcome.PartitionUnavailable("the error counts as fatal: " + error)
                : SendErrors.outcome(error);
    }
}
