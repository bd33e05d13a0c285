package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.testkit.SecureKafka;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test runs the projector against a broker that requires TLS, SCRAM and an ACL for each operation. */
@Isolated("it reads the log of its JVM, which the start of another program resets")
class SecureKafkaIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private static SecureKafka kafka;

    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(5);
    private TestMongo mongo;
    private MongoClient client;
    private MongoDatabase database;
    private TestTopicWriter topics;

    @BeforeAll
    static void start() {
        kafka = SecureKafka.start("full", "checker");
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void open() throws Exception {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
        topics = new TestTopicWriter(kafka.openBootstrapServers(), prefix);
        topics.createAll(Map.of());
    }

    @AfterEach
    void close() {
        topics.close();
        client.close();
        mongo.close();
    }

    @Test
    void theProjectorProjectsWithTheDocumentedRights() throws Exception {
        allow("full", AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
        try (RunningProjector projector = projector("full")) {
            AggregateState state = generator.todo("one", "user", 1);
            topics.send(state);
            topics.send(topics.record(AggregateType.TODO, state, "{broken".getBytes(UTF_8)));
            topics.flush();

            await().atMost(TIMEOUT).until(() -> count("todos_g1") == 1);
            await().atMost(TIMEOUT)
                    .until(() -> !topics.copiedPositions(AggregateType.TODO).isEmpty());
            assertThat(projector.bean(GenerationStore.class).read("study")).isPresent();
        }
    }

    @Test
    void aForbiddenDeadLetterTopicDelaysNothingAndItsCopiesFollowLater() throws Exception {
        kafka.allowTopics("checker", prefix, AclOperation.READ, AclOperation.DESCRIBE);
        kafka.allowGroups(
                "checker", prefix + "projector-", AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DELETE);
        try (RunningProjector projector = projector("checker")) {
            for (int n = 0; n < 10; n++) {
                AggregateState state = generator.todo("todo-" + n, "user", 1);
                topics.send(topics.record(AggregateType.TODO, state, "{broken".getBytes(UTF_8)));
                topics.send(state);
            }
            topics.flush();

            await().atMost(TIMEOUT).until(() -> count("todos_g1") == 10);
            assertThat(database.getCollection("dead_letters").countDocuments(new Document("copied", false)))
                    .isEqualTo(10);
            await().atMost(TIMEOUT).until(() -> copiesWaiting(projector) == 10);
            assertThat(topics.copiedPositions(AggregateType.TODO)).isEmpty();

            kafka.allowTopic(
                    "checker", AggregateType.deadLetterTopic(topics.name(AggregateType.TODO)), AclOperation.WRITE);

            await().atMost(TIMEOUT).until(() -> copiesWaiting(projector) == 0);
            assertThat(topics.copiedPositions(AggregateType.TODO)).hasSize(10);
        }
    }

    private static double copiesWaiting(RunningProjector projector) {
        return projector
                .bean(MeterRegistry.class)
                .get("projector_dead_letter_copies_waiting")
                .gauge()
                .value();
    }

    @Test
    void withoutDescribeConfigsEventsAreProjectedAndOneLineReportsIt() throws Exception {
        allow("checker", AclOperation.READ, AclOperation.DESCRIBE);
        try (RunningProjector projector = projector("checker", InspectorLog.class)) {
            topics.send(generator.todo("one", "user", 1));
            topics.flush();

            await().atMost(TIMEOUT).until(() -> count("todos_g1") == 1);
            await().atMost(TIMEOUT).until(() -> count("subjects_todos_g1") == 1);
            // A slow machine can delay the line, and each of the three topics is in one line only.
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(projector.bean(InspectorLog.class).lines())
                                    .as("lines about the topics of two read models")
                                    .filteredOn(line -> line.contains("DESCRIBE_CONFIGS"))
                                    .hasSizeBetween(1, AggregateType.values().length));
        }
    }

    @Test
    void topicsThatTheProjectorMayNotReadDelayNoOtherTopic() throws Exception {
        kafka.allowTopics("checker", prefix, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
        kafka.allowTopic("checker", topics.name(AggregateType.TODO), AclOperation.READ);
        kafka.allowGroups(
                "checker", prefix + "projector-", AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DELETE);
        try (RunningProjector projector = projector("checker")) {
            HealthIndicator indicator = projector.bean("projector", HealthIndicator.class);
            AggregateState state = generator.todo("one", "user", 1);
            topics.send(topics.record(AggregateType.SESSION, state, "{broken".getBytes(UTF_8)));
            topics.send(state);
            topics.flush();
            await().atMost(TIMEOUT).until(() -> count("todos_g1") == 1);

            // A consumer that fails again and again makes the instance unready after 10 s.
            await().during(Duration.ofSeconds(12))
                    .atMost(TIMEOUT)
                    .until(() -> indicator.health().getStatus().equals(Status.UP));
            assertThat(count("dead_letters")).isZero();
            kafka.allowTopic("checker", topics.name(AggregateType.SESSION), AclOperation.READ);

            await().atMost(TIMEOUT).until(() -> count("dead_letters") == 1);
        }
    }

    @Test
    void aDeletedTopicIsNotCreatedByTheProjectorsConsumers() throws Exception {
        try (RunningProjector projector = new RunningProjector(
                kafka.openBootstrapServers(),
                mongo.uri(),
                prefix,
                Map.of("spring.kafka.consumer.properties.metadata.max.age.ms", "500"))) {
            topics.send(generator.todo("one", "user", 1));
            topics.flush();
            await().atMost(TIMEOUT)
                    .until(() ->
                            projector.bean(GenerationStore.class).read("study").isPresent());
            await().atMost(TIMEOUT).until(() -> count("todos_g1") == 1);

            String deleted = topics.name(AggregateType.TODO);
            topics.admin().deleteTopics(List.of(deleted)).all().get();

            await().during(Duration.ofSeconds(4))
                    .atMost(TIMEOUT)
                    .until(() -> !topics.admin().listTopics().names().get().contains(deleted));
        }
    }

    private void allow(String user, AclOperation... topicOperations) {
        kafka.allowTopics(user, prefix, topicOperations);
        for (AggregateType type : AggregateType.values()) {
            kafka.allowTopic(user, AggregateType.deadLetterTopic(topics.name(type)), AclOperation.WRITE);
        }
        kafka.allowGroups(user, prefix + "projector-", AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DELETE);
    }

    /** Collects the log lines of the topic inspector. It begins before the first inspection. */
    static final class InspectorLog implements AutoCloseable {

        private final Logger logger = (Logger) LoggerFactory.getLogger(TopicInspector.class);
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        InspectorLog() {
            appender.start();
            logger.addAppender(appender);
        }

        List<String> lines() {
            return new ArrayList<>(appender.list)
                    .stream().map(ILoggingEvent::getFormattedMessage).toList();
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
        }
    }

    private RunningProjector projector(String user, Class<?>... beans) {
        Map<String, String> properties = new HashMap<>(kafka.springProperties(user));
        properties.put("studybuddy.projector.keep-previous", "1s");
        String bootstrap = properties.remove("spring.kafka.bootstrap-servers");
        return new RunningProjector(bootstrap, mongo.uri(), prefix, properties, beans);
    }

    private long count(String collection) {
        return database.getCollection(collection).countDocuments();
    }
}
