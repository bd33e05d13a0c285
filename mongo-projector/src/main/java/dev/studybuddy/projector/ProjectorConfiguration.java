package dev.studybuddy.projector;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.SchemaStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/**
 * This configuration creates the clocks, the clients of Kafka, the stores of generation records and schemas, and the
 * upcaster. It takes the configurations of the clients from the factories of Spring Boot, because these include the TLS
 * bundle.
 */
@Configuration(proxyBeanMethods = false)
class ProjectorConfiguration {

    /**
     * The producer buffers at most this number of bytes, because the default of 32 MB is an eighth of a small heap. A
     * request has at most the same size, so that the limit of the dead-letter topic, and not a limit of the producer,
     * decides which copies are too large.
     */
    private static final int DEAD_LETTER_BUFFER_BYTES = 16_000_000;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    MonotonicClock monotonicClock() {
        return MonotonicClock.SYSTEM;
    }

    @Bean
    GenerationStore generationStore(MongoDatabase database) {
        return new GenerationStore(database);
    }

    @Bean
    SchemaStore schemaStore(MongoDatabase database) {
        return new SchemaStore(database);
    }

    /** Returns the upcaster to the newest schema that this program reads. */
    @Bean
    SchemaUpcaster upcaster() {
        return SchemaUpcaster.PRESENT;
    }

    @Bean(destroyMethod = "close")
    Admin admin(KafkaAdmin kafkaAdmin) {
        return Admin.create(kafkaAdmin.getConfigurationProperties());
    }

    @Bean
    KafkaTemplate<byte[], byte[]> deadLetterTemplate(ProducerFactory<?, ?> producerFactory) {
        Map<String, Object> settings = new HashMap<>(producerFactory.getConfigurationProperties());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, DEAD_LETTER_BUFFER_BYTES);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DEAD_LETTER_BUFFER_BYTES);
        // Each dead letter is a producer batch of its own, because a broker refuses a batch as a whole. In addition, if
        // a refused batch exceeds the limit of its topic but not this setting, the client sends the unchanged batch
        // again until the delivery timeout.
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 0);
        KafkaTemplate<byte[], byte[]> template = new KafkaTemplate<>(
                new DefaultKafkaProducerFactory<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
        // The default listener logs each failed copy with its content.
        template.setProducerListener(null);
        return template;
    }
}
