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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends records that the product itself never writes. Each of them must leave its partition in motion. */
class UnusualRecordsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PARTITION = 0;

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
            producer.send(todo(1));
            producer.commitTransaction();
        }

        assertThat(awaitDoneAtEnd()).isEqualTo(2);
        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
    }

    @Test
    void anAbortedTransactionAtTheEndCountsAsRead() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", prefix))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(todo(1));
            producer.flush();
            producer.abortTransaction();
        }

        assertThat(awaitDoneAtEnd()).isEqualTo(2);
        assertThat(database.getCollection("todos_g1").countDocuments()).isZero();

        topic.send(todo(1));
        topic.flush();
        assertThat(awaitDoneAtEnd()).isEqualTo(3);
        assertThat(database.getCollection("todos_g1").countDocuments()).isEqualTo(1);
    }

    @Test
    void aHeaderTimeInTheYearOneDoesNotStopItsPartition() throws Exception {
        ProducerRecord<byte[], byte[]> zeroTime = todo(1);
        zeroTime.headers().remove(EventHeaders.TIME).add(EventHeaders.TIME, "0001-01-01T00:00:00Z".getBytes(UTF_8));
        topic.send(zeroTime);
        topic.send(todo(1));
        topic.flush();

        awaitDoneAtEnd();

        assertThat(database.getCollection("todos_g1").countDocuments()).isPositive();
    }

    /** Waits until the journals of the partition show its end as applied, and returns that end. */
    private long awaitDoneAtEnd() throws Exception {
        TopicPartition partition = new TopicPartition(topic.name(AggregateType.TODO), PARTITION);
        long end = topic.admin()
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .all()
                .get()
                .get(partition)
                .offset();
        await().atMost(TIMEOUT).untilAsserted(() -> {
            for (String model : new String[] {"study", "subjects"}) {
                Document journal = database.getCollection(model + "_journal_g1")
                        .find(new Document("_id", "todo-" + PARTITION))
                        .first();
                assertThat(journal).isNotNull();
                assertThat(journal.get("done", Number.class).longValue()).isEqualTo(end);
            }
        });
        return end;
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
