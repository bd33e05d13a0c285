package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.Names;
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

/** This fixture is one partition of the topic of todos, and a projector that reads it. */
final class ProjectedPartition implements AutoCloseable {

    /** The tests send each record to this partition. */
    static final int NUMBER = 0;

    /** The projector restarts consumers and applies records again within this time on a slow machine too. */
    static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final ProjectorFixture fixture;
    private final RunningProjector projector;

    ProjectedPartition() throws Exception {
        fixture = new ProjectorFixture(Map.of("max.message.bytes", "20000000"));
        projector = fixture.start();
    }

    @Override
    public void close() {
        projector.close();
        fixture.close();
    }

    TestTopicWriter topics() {
        return fixture.topics();
    }

    RunningProjector projector() {
        return projector;
    }

    MongoCollection<Document> todos() {
        return fixture.todos();
    }

    MongoCollection<Document> deadLetters() {
        return fixture.database().getCollection(Names.DEAD_LETTERS);
    }

    /** Waits until the partition has an end offset and both journals show it as applied. */
    void awaitDoneAt(long end) {
        TopicPartition partition = new TopicPartition(fixture.todoTopic(), NUMBER);
        await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(endOffset(partition)).isEqualTo(end);
            for (String model : new String[] {"study", "subjects"}) {
                Document journal = fixture.database()
                        .getCollection(model + "_journal_g1")
                        .find(new Document("_id", "todo-" + NUMBER))
                        .first();
                assertThat(journal).isNotNull();
                assertThat(journal.get("done", Number.class).longValue()).isEqualTo(end);
            }
        });
    }

    /** Returns the event of a new todo. */
    ProducerRecord<byte[], byte[]> newTodo() {
        TodoState state =
                fixture.newTodo(UUID.randomUUID().toString(), UUID.randomUUID().toString());
        ProducerRecord<byte[], byte[]> record = topics().record(
                        AggregateType.TODO, state, EventJson.write(state).getBytes(UTF_8));
        return new ProducerRecord<>(record.topic(), NUMBER, record.key(), record.value(), record.headers());
    }

    /** Returns a record with the key and the headers of another one, and with another value. */
    static ProducerRecord<byte[], byte[]> withValue(ProducerRecord<byte[], byte[]> record, byte[] value) {
        return new ProducerRecord<>(record.topic(), NUMBER, record.key(), value, record.headers());
    }

    /** Opens a producer, which the caller closes. */
    KafkaProducer<byte[], byte[]> openProducer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", fixture.bootstrap(), "acks", "all"));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Opens a producer of transactions, which the caller closes. */
    KafkaProducer<byte[], byte[]> openTransactionalProducer() {
        return openProducer(Map.of("transactional.id", fixture.prefix()));
    }

    private long endOffset(TopicPartition partition) throws Exception {
        return topics().admin()
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .all()
                .get()
                .get(partition)
                .offset();
    }
}
