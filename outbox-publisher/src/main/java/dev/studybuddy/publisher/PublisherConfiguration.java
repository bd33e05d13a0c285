package dev.studybuddy.publisher;

import dev.studybuddy.publisher.metrics.PublisherHealth;
import dev.studybuddy.publisher.outbox.SchemaGate;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** Declares the beans of the program. */
@Configuration(proxyBeanMethods = false)
class PublisherConfiguration {

    @Bean
    Publisher publisher(
            PublisherProperties properties, JdbcTemplate jdbc, KafkaProperties kafka, MeterRegistry registry) {
        // The id is unique for each start, so that this process never treats a lease of an earlier process as its own.
        String id = "publisher-" + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        return new Publisher(
                id,
                properties,
                new Publisher.Servers(jdbc, kafka.buildProducerProperties(), kafka.buildAdminProperties()),
                registry);
    }

    @Bean
    PublisherLifecycle publisherLifecycle(
            Publisher publisher, JdbcTemplate jdbc, ConfigurableApplicationContext context) {
        return new PublisherLifecycle(publisher, new SchemaGate(jdbc), context);
    }

    @Bean
    PublisherHealth publisherHealthIndicator(Publisher publisher, PublisherProperties properties) {
        return new PublisherHealth(
                publisher.id(),
                publisher.leases(),
                publisher.publishLoop(),
                properties.lease().ttl());
    }
}
