package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.contract.AggregateType;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Sends records that become dead letters while their dead-letter topic is missing, refuses copies, or has a low limit.
 * MongoDB keeps each dead letter, and no partition waits for its copy.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeadLetterCopiesIT {

    private ProjectedPartition partition;

    @BeforeEach
    void open() throws Exception {
        partition = new ProjectedPartition();
    }

    @AfterEach
    void close() {
        partition.close();
    }

    @Test
    void aMissingDeadLetterTopicDelaysNothing() throws Exception {
        String deadLetterTopic = deleteDeadLetterTopic();
        for (int n = 0; n < 20; n++) {
            ProducerRecord<byte[], byte[]> good = partition.newTodo();
            partition.topics().send(ProjectedPartition.withValue(good, "{".getBytes(UTF_8)));
            partition.topics().send(good);
        }
        partition.topics().flush();

        partition.awaitDoneAt(40);

        await().atMost(ProjectedPartition.TIMEOUT).untilAsserted(() -> {
            assertThat(partition.todos().countDocuments()).isEqualTo(20);
            assertThat(partition.deadLetters().countDocuments(new Document("copied", false)))
                    .isEqualTo(20);
            assertThat(copiesWaiting()).isEqualTo(20);
        });

        partition
                .topics()
                .admin()
                .createTopics(List.of(new NewTopic(deadLetterTopic, 1, (short) 1)))
                .all()
                .get();
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(copiesWaiting()).isZero());
        assertThat(partition.topics().copiedPositions(AggregateType.TODO)).hasSize(20);
    }

    @Test
    void aCopyAboveTheLimitOfItsTopicStaysInMongoDbAlone() throws Exception {
        replaceDeadLetterTopic(Map.of("max.message.bytes", "2000"));
        sendGarbage(40, 5_000, 40);

        partition.awaitDoneAt(80);

        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(partition
                                .deadLetters()
                                .countDocuments(new Document("copied", true).append("copyRefused", "too-large")))
                        .isEqualTo(40));
        await().atMost(ProjectedPartition.TIMEOUT)
                .until(() ->
                        partition.topics().copiedPositions(AggregateType.TODO).size() >= 40);
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(copiesWaiting()).isZero());
    }

    /** The topic refuses each record that is older than zero milliseconds when the broker receives it. */
    @Test
    void aTopicThatRefusesEveryCopyForATimeDelaysNothingAndTheCopiesFollowLater() throws Exception {
        replaceDeadLetterTopic(Map.of("message.timestamp.before.max.ms", "0"));
        sendGarbage(20, 10, 0);
        partition.topics().send(partition.newTodo());
        partition.topics().flush();

        partition.awaitDoneAt(21);

        assertThat(partition.todos().countDocuments()).isEqualTo(1);
        await().atMost(ProjectedPartition.TIMEOUT).during(Duration.ofSeconds(3)).until(() -> copiesWaiting() > 0);

        setDeadLetterTopic("message.timestamp.before.max.ms", String.valueOf(Long.MAX_VALUE));
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(copiesWaiting()).isZero());
        assertThat(partition.topics().copiedPositions(AggregateType.TODO)).hasSize(20);
    }

    @Test
    void copiesThatACompactedTopicRefusesWaitAndDelayNoOtherCopy() throws Exception {
        replaceDeadLetterTopic(Map.of("cleanup.policy", "compact"));
        ProducerRecord<byte[], byte[]> good = partition.newTodo();
        for (int n = 0; n < 3; n++) {
            byte[] noKey = null;
            partition
                    .topics()
                    .send(new ProducerRecord<>(
                            good.topic(), ProjectedPartition.NUMBER, noKey, good.value(), good.headers()));
        }
        sendGarbage(20, 10, 0);

        partition.awaitDoneAt(23);

        await().atMost(ProjectedPartition.TIMEOUT)
                .until(() ->
                        partition.topics().copiedPositions(AggregateType.TODO).size() >= 20);
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(copiesWaiting()).isEqualTo(3));
        assertThat(partition.deadLetters().find(new Document("copied", false)))
                .hasSize(3)
                .allSatisfy(letter -> assertThat(letter).containsEntry("reason", "no-key"));

        setDeadLetterTopic("cleanup.policy", "delete");
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(copiesWaiting()).isZero());
        assertThat(partition.topics().copiedPositions(AggregateType.TODO)).hasSize(23);
    }

    @Test
    void aCopyAboveTheDefaultLimitOfTopicsStaysInMongoDbAlone() throws Exception {
        byte[] garbage = sendLargeGarbageAndATodo();

        partition.awaitDoneAt(2);

        assertThat(partition.todos().countDocuments()).isEqualTo(1);
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(partition.deadLetters().find().first())
                        .containsEntry("copied", true)
                        .containsEntry("copyRefused", "too-large")
                        .containsEntry("value", new Binary(garbage)));
    }

    @Test
    void aLargeCopyThatItsTopicAcceptsIsSent() throws Exception {
        replaceDeadLetterTopic(Map.of("max.message.bytes", "5000000"));
        sendLargeGarbageAndATodo();

        partition.awaitDoneAt(2);

        await().atMost(ProjectedPartition.TIMEOUT)
                .until(() ->
                        partition.topics().copiedPositions(AggregateType.TODO).size() == 1);
        await().atMost(ProjectedPartition.TIMEOUT)
                .untilAsserted(() -> assertThat(partition.deadLetters().find().first())
                        .containsEntry("copied", true)
                        .doesNotContainKey("copyRefused"));
    }

    /** Sends a record of 2 MB that is no event, and then a todo. Returns the value of the first record. */
    private byte[] sendLargeGarbageAndATodo() throws Exception {
        ProducerRecord<byte[], byte[]> good = partition.newTodo();
        byte[] garbage = "x".repeat(2_000_000).getBytes(UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = partition.openProducer(Map.of("max.request.size", 5_000_000))) {
            producer.send(ProjectedPartition.withValue(good, garbage)).get();
            producer.send(good).get();
        }
        return garbage;
    }

    private void replaceDeadLetterTopic(Map<String, String> settings) throws Exception {
        String name = deleteDeadLetterTopic();
        partition
                .topics()
                .admin()
                .createTopics(List.of(new NewTopic(name, TestTopicWriter.PARTITIONS, (short) 1).configs(settings)))
                .all()
                .get();
    }

    /** Deletes the dead-letter topic, waits until the broker does not list it, and returns its name. */
    private String deleteDeadLetterTopic() throws Exception {
        String name = AggregateType.deadLetterTopic(partition.topics().name(AggregateType.TODO));
        partition.topics().admin().deleteTopics(List.of(name)).all().get();
        await().atMost(ProjectedPartition.TIMEOUT)
                .until(() ->
                        !partition.topics().admin().listTopics().names().get().contains(name));
        return name;
    }

    private void setDeadLetterTopic(String setting, String value) throws Exception {
        ConfigResource resource = new ConfigResource(
                ConfigResource.Type.TOPIC,
                AggregateType.deadLetterTopic(partition.topics().name(AggregateType.TODO)));
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
        partition
                .topics()
                .admin()
                .incrementalAlterConfigs(Map.of(resource, List.of(change)))
                .all()
                .get();
    }

    /** Sends garbage of two sizes, in turn, each with the key and the headers of a todo. */
    private void sendGarbage(int count, int bytes, int smallCount) throws Exception {
        for (int n = 0; n < count + smallCount; n++) {
            ProducerRecord<byte[], byte[]> good = partition.newTodo();
            byte[] garbage =
                    "x".repeat(smallCount > 0 && n % 2 == 0 ? 1 : bytes).getBytes(UTF_8);
            partition.topics().send(ProjectedPartition.withValue(good, garbage));
        }
        partition.topics().flush();
    }

    private double copiesWaiting() {
        return partition
                .projector()
                .bean(MeterRegistry.class)
                .get("projector_dead_letter_copies_waiting")
                .gauge()
                .value();
    }
}
