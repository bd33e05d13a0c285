package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends records that the product itself never writes. No such record may stop its partition. */
class UnusualRecordsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PARTITION = 0;
    private static final Header TINY_HEADER = new RecordHeader("h", new byte[0]);

    private final String bootstrap = TestServers.kafkaBootstrapServers();
    private final String prefix = TestServers.newTopicPrefix();
    private final Traffic traffic = new Traffic(11);
    private TestMongo mongo;
    private MongoClient client;
    private MongoDatabase database;
    private Topic topic;
    private RunningProjector projector;

    @BeforeEach
    void open() throws Exception {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
        topic = new Topic(bootstrap, prefix);
        topic.createAll(Map.of("max.message.bytes", "20000000"));
        projector = new RunningProjector(bootstrap, mongo.uri(), prefix, Map.of());
    }

    @AfterEach
    void close() {
        projector.close();
        topic.close();
        client.close();
        mongo.close();
    }

    @Test
    void aTransactionMarkerAtTheEndCountsAsRead() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", prefix))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(todo(1)).get();
            producer.commitTransaction();
        }

        awaitDoneAt(2);
        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
    }

    @Test
    void anAbortedTransactionAtTheEndCountsAsRead() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", prefix))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(todo(1)).get();
            producer.flush();
            producer.abortTransaction();
        }

        awaitDoneAt(2);
        assertThat(database.getCollection("todos_g1").countDocuments()).isZero();

        topic.send(todo(1));
        topic.flush();
        awaitDoneAt(3);
        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
    }

    @Test
    void aHeaderTimeInTheYearOneDoesNotStopItsPartition() throws Exception {
        ProducerRecord<byte[], byte[]> zeroTime = todo(1);
        zeroTime.headers().remove(EventHeaders.TIME).add(EventHeaders.TIME, "0001-01-01T00:00:00Z".getBytes(UTF_8));
        topic.send(zeroTime);
        topic.send(todo(1));
        topic.flush();

        awaitDoneAt(2);

        assertThat(database.getCollection("todos_g1").countDocuments()).isPositive();
    }

    @Test
    void aMissingDeadLetterTopicDelaysNothing() throws Exception {
        String deadLetterTopic = AggregateType.deadLetterTopic(topic.name(AggregateType.TODO));
        topic.admin().deleteTopics(List.of(deadLetterTopic)).all().get();
        for (int n = 0; n < 20; n++) {
            ProducerRecord<byte[], byte[]> good = todo(1);
            topic.send(new ProducerRecord<>(good.topic(), PARTITION, good.key(), "{".getBytes(UTF_8), good.headers()));
            topic.send(good);
        }
        topic.flush();

        awaitDoneAt(40);

        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(20);
        assertThat(database.getCollection("dead_letters").countDocuments(new Document("copied", false)))
                .isEqualTo(20);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(copiesWaiting()).isEqualTo(20));

        topic.admin()
                .createTopics(List.of(new NewTopic(deadLetterTopic, 1, (short) 1)))
                .all()
                .get();
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(copiesWaiting()).isZero());
        assertThat(topic.copiedPositions(AggregateType.TODO)).hasSize(20);
    }

    @Test
    void aCopyAboveTheLimitOfItsTopicStaysInMongoDbAlone() throws Exception {
        replaceDeadLetterTopic(Map.of("max.message.bytes", "2000"));
        sendGarbage(40, 5_000, 40);

        awaitDoneAt(80);

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(database.getCollection("dead_letters")
                                .countDocuments(new Document("copied", true).append("copyRefused", "too-large")))
                        .isEqualTo(40));
        await().atMost(TIMEOUT)
                .until(() -> topic.copiedPositions(AggregateType.TODO).size() >= 40);
        assertThat(copiesWaiting()).isZero();
    }

    @Test
    void copiesThatACompactedTopicRejectsWaitAndDelayNoOtherCopy() throws Exception {
        replaceDeadLetterTopic(Map.of("cleanup.policy", "compact"));
        ProducerRecord<byte[], byte[]> good = todo(1);
        for (int n = 0; n < 3; n++) {
            byte[] noKey = null;
            topic.send(new ProducerRecord<>(good.topic(), PARTITION, noKey, good.value(), good.headers()));
        }
        sendGarbage(20, 10, 0);

        awaitDoneAt(23);

        await().atMost(TIMEOUT)
                .until(() -> topic.copiedPositions(AggregateType.TODO).size() >= 20);
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(copiesWaiting()).isEqualTo(3));
        assertThat(database.getCollection("dead_letters").find(new Document("copied", false)))
                .hasSize(3)
                .allSatisfy(letter -> assertThat(letter).containsEntry("reason", "no-key"));

        ConfigResource resource = new ConfigResource(
                ConfigResource.Type.TOPIC, AggregateType.deadLetterTopic(topic.name(AggregateType.TODO)));
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
        topic.admin()
                .incrementalAlterConfigs(Map.of(resource, List.of(change)))
                .all()
                .get();
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(copiesWaiting()).isZero());
        assertThat(topic.copiedPositions(AggregateType.TODO)).hasSize(23);
    }

    @Test
    void aDeadLetterAboveTheProducersLimitStaysInMongoDbAlone() throws Exception {
        ProducerRecord<byte[], byte[]> good = todo(1);
        byte[] garbage = "x".repeat(2_000_000).getBytes(UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("max.request.size", 5_000_000))) {
            producer.send(new ProducerRecord<>(good.topic(), PARTITION, good.key(), garbage, good.headers()))
                    .get();
            producer.send(good).get();
        }

        awaitDoneAt(2);

        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(
                                database.getCollection("dead_letters").find().first())
                        .containsEntry("copied", true)
                        .containsEntry("copyRefused", "too-large")
                        .containsEntry("value", new Binary(garbage)));
    }

    @Test
    void aSmallRecordThatUnpacksTo20MegabytesIsADeadLetterWithoutItsValue() throws Exception {
        ProducerRecord<byte[], byte[]> good = todo(1);
        byte[] unpacked = "x".repeat(20_000_000).getBytes(UTF_8);
        Map<String, Object> packing =
                Map.of("compression.type", "gzip", "max.request.size", 30_000_000, "buffer.memory", 64_000_000);
        try (KafkaProducer<byte[], byte[]> producer = producer(packing)) {
            producer.send(new ProducerRecord<>(good.topic(), PARTITION, good.key(), unpacked, good.headers()))
                    .get();
            producer.send(good).get();
        }

        awaitDoneAt(2);

        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
        assertThat(database.getCollection("dead_letters").find().into(new ArrayList<>()))
                .singleElement()
                .satisfies(letter -> assertThat(letter)
                        .containsEntry("reason", "too-large")
                        .containsEntry("value", null)
                        .containsEntry("valueOmitted", true)
                        .containsEntry("valueBytes", 20_000_000L));
    }

    @Test
    void recordsWithLongHeadersAndArraysOfNumbersDoNotStopTheirPartition() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("max.request.size", 5_000_000))) {
            List<Future<?>> sent = new ArrayList<>();
            for (int n = 0; n < 17; n++) {
                ProducerRecord<byte[], byte[]> headers = todo(1);
                headers.headers().remove(EventHeaders.ID).add("long", new byte[950_000]);
                sent.add(producer.send(headers));
            }
            for (int n = 0; n < 3; n++) {
                ProducerRecord<byte[], byte[]> numbers = todo(1);
                String value = new String(numbers.value(), UTF_8)
                        .replaceFirst("\\{", "{\"unknown\":[" + "1,".repeat(1_400_000) + "1],");
                sent.add(producer.send(new ProducerRecord<>(
                        numbers.topic(), PARTITION, numbers.key(), value.getBytes(UTF_8), numbers.headers())));
            }
            sent.add(producer.send(todo(1)));
            for (Future<?> one : sent) {
                one.get();
            }
        }

        awaitDoneAt(21);

        assertThat(database.getCollection("dead_letters").countDocuments(new Document("reason", "header-missing")))
                .isEqualTo(17);
        assertThat(database.getCollection("todos_g1").countDocuments()
                        + database.getCollection("dead_letters").countDocuments())
                .isEqualTo(21);
    }

    @Test
    void recordsWithAMillionHeadersAreDeadLettersWithTheirFirstHeaders() throws Exception {
        ProducerRecord<byte[], byte[]> good = todo(1);
        Map<String, Object> packing =
                Map.of("compression.type", "gzip", "max.request.size", 30_000_000, "buffer.memory", 64_000_000);
        try (KafkaProducer<byte[], byte[]> producer = producer(packing)) {
            for (int n = 0; n < 3; n++) {
                ProducerRecord<byte[], byte[]> headers = todo(1);
                for (int header = 0; header < 1_000_000; header++) {
                    headers.headers().add(TINY_HEADER);
                }
                producer.send(headers).get();
            }
            producer.send(good).get();
        }

        awaitDoneAt(4);

        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
        assertThat(database.getCollection("dead_letters").find().into(new ArrayList<>()))
                .hasSize(3)
                .allSatisfy(letter -> {
                    assertThat(letter).containsEntry("reason", "too-large").containsEntry("valueOmitted", true);
                    assertThat(letter.getList("headers", Document.class)).hasSizeBetween(100, 2_000);
                });
    }

    private void replaceDeadLetterTopic(Map<String, String> settings) throws Exception {
        String name = AggregateType.deadLetterTopic(topic.name(AggregateType.TODO));
        topic.admin().deleteTopics(List.of(name)).all().get();
        await().atMost(TIMEOUT)
                .until(() -> !topic.admin().listTopics().names().get().contains(name));
        topic.admin()
                .createTopics(List.of(new NewTopic(name, Topic.PARTITIONS, (short) 1).configs(settings)))
                .all()
                .get();
    }

    /** Sends garbage of two sizes, in turn, each with the key and the headers of a todo. */
    private void sendGarbage(int count, int bytes, int smallCount) throws Exception {
        for (int n = 0; n < count + smallCount; n++) {
            ProducerRecord<byte[], byte[]> good = todo(1);
            byte[] garbage =
                    "x".repeat(smallCount > 0 && n % 2 == 0 ? 1 : bytes).getBytes(UTF_8);
            topic.send(new ProducerRecord<>(good.topic(), PARTITION, good.key(), garbage, good.headers()));
        }
        topic.flush();
    }

    private double copiesWaiting() {
        return projector
                .bean(MeterRegistry.class)
                .get("projector_dead_letter_copies_waiting")
                .gauge()
                .value();
    }

    private long endOffset(TopicPartition partition) throws Exception {
        return topic.admin()
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .all()
                .get()
                .get(partition)
                .offset();
    }

    /** Waits until the partition has an end offset and both journals show it as applied. */
    private void awaitDoneAt(long end) {
        TopicPartition partition = new TopicPartition(topic.name(AggregateType.TODO), PARTITION);
        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(endOffset(partition)).isEqualTo(end);
            for (String model : new String[] {"study", "subjects"}) {
                Document journal = database.getCollection(model + "_journal_g1")
                        .find(new Document("_id", "todo-" + PARTITION))
                        .first();
                assertThat(journal).isNotNull();
                assertThat(journal.get("done", Number.class).longValue()).isEqualTo(end);
            }
        });
    }

    private ProducerRecord<byte[], byte[]> todo(long version) {
        TodoState state =
                traffic.todo(UUID.randomUUID().toString(), UUID.randomUUID().toString(), version);
        return record(state, EventJson.write(state).getBytes(UTF_8));
    }

    private ProducerRecord<byte[], byte[]> record(AggregateState state, byte[] value) {
        ProducerRecord<byte[], byte[]> record = topic.record(AggregateType.TODO, state, value);
        return new ProducerRecord<>(record.topic(), PARTITION, record.key(), record.value(), record.headers());
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "acks", "all"));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
