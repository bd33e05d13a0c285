package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.testkit.SecureKafka;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** This test runs the program against a broker that requires TLS, SCRAM and an ACL for each operation. */
@Isolated("it reads the log and the producers of its JVM")
class SecureKafkaIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final int CHAIN = 5;

    private static SecureKafka kafka;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.studybuddy.publisher.kafka");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() {
        kafka = SecureKafka.start("full", "checker", "nobody");
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @AfterEach
    void detach() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    @Test
    void thePublisherNeedsOnlyTheDocumentedRights() {
        try (PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(kafka.openBootstrapServers())) {
            kafka.allowTopics(
                    "full",
                    fixture.prefix,
                    AclOperation.WRITE,
                    AclOperation.DESCRIBE,
                    AclOperation.DESCRIBE_CONFIGS,
                    AclOperation.CREATE);
            try (ConfigurableApplicationContext program = program(fixture, "full")) {
                fixture.write("todo", "a", 1);
                writeChain(fixture, "chain");
                fixture.write(fixture.jdbc, "todo", "big", 1, "{\"t\": \"" + "x".repeat(1_500_000) + "\"}");

                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
                assertThat(fixture.versions(fixture.topic("todo")))
                        .containsEntry("a", List.of(1L))
                        .containsEntry(
                                "chain",
                                LongStream.rangeClosed(1, CHAIN).boxed().toList());
                assertThat(sessionProducerIsOpen()).isTrue();
                assertThat(publisher(program).topicMonitor().weakTopics()).isEmpty();
            }
        }
    }

    @Test
    void withoutDescribeConfigsEventsAreSentAndOneLineReportsIt() {
        try (PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(kafka.openBootstrapServers())) {
            kafka.allowTopics(
                    "checker", fixture.prefix, AclOperation.WRITE, AclOperation.DESCRIBE, AclOperation.CREATE);
            try (ConfigurableApplicationContext program = program(fixture, "checker")) {
                fixture.write("todo", "a", 1);

                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
                long answered = publisher(program)
                        .topicMonitor()
                        .lastCompleteAnswerNanos()
                        .orElse(Long.MIN_VALUE);
                await().atMost(TIMEOUT)
                        .until(() -> publisher(program)
                                        .topicMonitor()
                                        .lastCompleteAnswerNanos()
                                        .orElse(Long.MIN_VALUE)
                                > answered);
                assertThat(new ArrayList<>(log.list))
                        .filteredOn(event -> event.getFormattedMessage().contains("DESCRIBE_CONFIGS"))
                        .hasSize(1);
            }
        }
    }

    @Test
    void aMissingRightBlocksTheTypeAndItsReasonNamesTheOperation() {
        try (PublisherFixture fixture = PublisherFixture.onSharedDatabaseAnd(kafka.openBootstrapServers())) {
            try (ConfigurableApplicationContext program = program(fixture, "nobody")) {
                fixture.write("todo", "a", 1);
                awaitReason(program, "todo", "DESCRIBE on topic");

                kafka.allowTopics("nobody", fixture.prefix, AclOperation.DESCRIBE);
                awaitReason(program, "todo", "CREATE on topic");

                kafka.allowTopics("nobody", fixture.prefix, AclOperation.CREATE);
                awaitReason(program, "todo", "WRITE on the topic");

                kafka.allowTopics("nobody", fixture.prefix, AclOperation.WRITE);
                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);
            }
        }
    }

    /**
     * Inserts several versions of an aggregate in one transaction, so that a poll reads them together and a producer
     * session sends them.
     */
    private static void writeChain(PublisherFixture fixture, String id) {
        new TransactionTemplate(new DataSourceTransactionManager(Objects.requireNonNull(fixture.jdbc.getDataSource())))
                .executeWithoutResult(status -> {
                    for (long version = 1; version <= CHAIN; version++) {
                        fixture.write("todo", id, version);
                    }
                });
    }

    /** Returns whether a producer session of this JVM has a connection. The other producers have other names. */
    private static boolean sessionProducerIsOpen() {
        try {
            return !ManagementFactory.getPlatformMBeanServer()
                    .queryNames(new ObjectName("kafka.producer:type=producer-node-metrics,client-id=*-chains,*"), null)
                    .isEmpty();
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitReason(ConfigurableApplicationContext program, String type, String text) {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(
                                publisher(program).publishLoop().state().blockedTypes())
                        .hasEntrySatisfying(type, reason -> assertThat(reason).contains(text)));
    }

    private static Publisher publisher(ConfigurableApplicationContext program) {
        return program.getBean(Publisher.class);
    }

    private ConfigurableApplicationContext program(PublisherFixture fixture, String user) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + fixture.url(),
                "--spring.datasource.username=" + fixture.username(),
                "--spring.datasource.password=" + fixture.password(),
                "--publisher.topics.replication-factor=1",
                "--publisher.topics.min-insync-replicas=1",
                "--publisher.attempts.first=100ms",
                "--studybuddy.topic-prefix=" + fixture.prefix));
        for (Map.Entry<String, String> property : kafka.springProperties(user).entrySet()) {
            arguments.add("--" + property.getKey() + "=" + property.getValue());
        }
        SpringApplication application = new SpringApplication(OutboxPublisherApplication.class);
        // The appender is added at this event, because the start resets the log before it, and the first check of the
        // topics follows soon after it.
        application.addListeners((ApplicationListener<ApplicationPreparedEvent>) prepared -> {
            logger.setLevel(Level.WARN);
            log.start();
            logger.addAppender(log);
        });
        return application.run(arguments.toArray(String[]::new));
    }
}
