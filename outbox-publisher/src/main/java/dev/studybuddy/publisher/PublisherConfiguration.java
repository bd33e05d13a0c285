package dev.studybuddy.publisher;

import dev.studybuddy.publisher.metrics.PublisherHealth;
import dev.studybuddy.publisher.metrics.ThreadLiveness;
import dev.studybuddy.publisher.outbox.OutboxSchemaCheck;
import dev.studybuddy.publisher.trace.PublishTraces;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/** Declares the beans of the program. */
@Configuration(proxyBeanMethods = false)
class PublisherConfiguration {

    /**
     * The factory and the admin hold Spring Boot's client configurations, which include the TLS bundle. The properties
     * alone do not include it.
     */
    @Bean
    Publisher publisher(
            PublisherProperties properties,
            JdbcTemplate jdbc,
            ProducerFactory<?, ?> producerFactory,
            KafkaAdmin kafkaAdmin,
            MeterRegistry registry,
            PublishTraces traces,
            @Value("${spring.datasource.hikari.maximum-pool-size}") int connections) {
        SettingsValidator.checkConnections(connections);
        // The id is unique for each start, so that this process never treats a lease of an earlier process as its own.
        String id = "publisher-" + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8);
        return new Publisher(
                id,
                properties,
                new Publisher.Servers(
                        jdbc, producerFactory.getConfigurationProperties(), kafkaAdmin.getConfigurationProperties()),
                registry,
                traces);
    }

    /** Returns the traces of published events. Without an exporter, they start no span and read no header. */
    @Bean
    PublishTraces publishTraces(Tracer tracer, ObjectProvider<SpanExporter> exporters) {
        return exporters.stream().findAny().isPresent() ? PublishTraces.of(tracer) : PublishTraces.NONE;
    }

    @Bean
    PublisherLifecycle publisherLifecycle(
            Publisher publisher,
            PublisherProperties properties,
            JdbcTemplate jdbc,
            ConfigurableApplicationContext context) {
        StatementTimeoutCheck timeoutCheck = new StatementTimeoutCheck(jdbc, properties.statementTimeout());
        return new PublisherLifecycle(publisher, new OutboxSchemaCheck(jdbc), timeoutCheck, new ProgramExit(context));
    }

    @Bean
    PublisherHealth publisherHealthIndicator(Publisher publisher, PublisherProperties properties) {
        return new PublisherHealth(
                publisher.id(),
                publisher.leases(),
                publisher.publishLoop(),
                publisher.topicMonitor()::weakTopics,
                publisher::fitness,
                properties.lease().ttl());
    }

    @Bean
    ThreadLiveness publisherThreadsHealthIndicator(PublisherLifecycle lifecycle) {
        return new ThreadLiveness(lifecycle::endedThreads);
    }
}
