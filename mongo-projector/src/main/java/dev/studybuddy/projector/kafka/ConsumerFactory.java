package dev.studybuddy.projector.kafka;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.ProjectorProperties.GroupProtocol;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.stereotype.Component;

/**
 * Creates Kafka consumers whose position only the journal decides. It takes their configuration from the factory of
 * Spring Boot, because that configuration includes the TLS bundle.
 */
@Component
public final class ConsumerFactory {

    /** A broker returns at most about this number of compressed bytes, or one larger producer batch. */
    private static final int FETCH_MAX_BYTES = 8_000_000;

    private static final int MAX_PARTITION_FETCH_BYTES = 1_000_000;

    private final Map<String, Object> settings;

    ConsumerFactory(DefaultKafkaConsumerFactory<?, ?> configured, ProjectorProperties properties) {
        settings = new HashMap<>(configured.getConfigurationProperties());
        // A consumer would create a deleted topic again with the broker's default number of partitions.
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_MAX_BYTES);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_PARTITION_FETCH_BYTES);
        // Small polls serve several partitions in turn, and they bound the records that wait in the partition tasks.
        settings.put(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, properties.projector().batchRecords());
        GroupProtocol protocol = properties.projector().groupProtocol();
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol.name().toLowerCase(Locale.ROOT));
        if (protocol == GroupProtocol.CLASSIC) {
            settings.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        }
    }

    /**
     * Creates a consumer of a group. The caller must close the consumer.
     *
     * @param budget bounds each poll of this consumer
     */
    public Consumer<byte[], byte[]> create(String group, String clientId, PollBudget budget) {
        DefaultKafkaConsumerFactory<byte[], byte[]> factory =
                new DefaultKafkaConsumerFactory<>(settings, budget.keyDeserializer(), budget.valueDeserializer());
        return factory.createConsumer(group, clientId, null, new Properties());
    }
}
