package dev.studybuddy.publisher;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.publish.PublishSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Maps the properties to the settings of the publisher's parts. */
final class SettingsMapper {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    /**
     * A transaction may become visible this much later than its longest duration, because of clocks and running
     * commits.
     */
    private static final Duration SWEEP_MARGIN = Duration.ofSeconds(5);

    private SettingsMapper() {}

    /** Returns the settings of the publishing loop. */
    static PublishSettings publishing(PublisherProperties properties) {
        PublisherProperties.Polling polling = properties.polling();
        PublisherProperties.Memory memory = properties.memory();
        PublisherProperties.Attempts attempts = properties.attempts();
        return new PublishSettings(
                new PublishSettings.Polling(
                        polling.interval(),
                        polling.idleInterval(),
                        polling.spacing(),
                        polling.markSpacing(),
                        polling.page(),
                        polling.slack(),
                        polling.sweepInterval(),
                        polling.sweepTimeout(),
                        polling.maxTransaction().plus(SWEEP_MARGIN),
                        polling.deepSweepInterval()),
                new PublishSettings.Memory(
                        memory.rows(),
                        memory.followers(),
                        memory.followersOfOne(),
                        memory.remembered(),
                        memory.inFlightRows(),
                        memory.inFlightBytes(),
                        memory.acknowledgements()),
                new PublishSettings.Attempts(attempts.most(), attempts.first(), attempts.longest()),
                new Backoff(FIRST_BACKOFF, properties.kafka().maxBackoff(), RandomGenerator.getDefault()));
    }

    /** Returns the producer's configuration: the configured settings, overridden by those that the protocol needs. */
    static Map<String, Object> producer(PublisherProperties properties, Map<String, Object> configured, String id) {
        PublisherProperties.Kafka kafka = properties.kafka();
        Map<String, Object> config = new HashMap<>(configured);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, id);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, kafka.maxBlock().toMillis());
        config.put(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Math.toIntExact(kafka.deliveryTimeout().toMillis()));
        config.put(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.toIntExact(kafka.requestTimeout().toMillis()));
        config.put(ProducerConfig.LINGER_MS_CONFIG, kafka.linger().toMillis());
        return config;
    }
}
