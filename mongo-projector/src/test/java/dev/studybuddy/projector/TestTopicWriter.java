package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.outbox.DeadLetterHeaderNames;
import dev.studybuddy.outbox.EventHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A test topic writer creates the topics of one test and writes records to them as the publisher does. */
final class TestTopicWriter implements AutoCloseable {

    static final int PARTITIONS = 3;

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String bootstrap;
    private final String prefix;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Future<?>> sent = new ArrayList<>();

    TestTopicWriter(String bootstrap, String prefix) {
        this.bootstrap = bootstrap;
        this.prefix = prefix;
        admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    Admin admin() {
        return admin;
    }

    String name(AggregateType type) {
        return type.topic(prefix);
    }

    void createAll(Map<String, String> settings) throws ExecutionException, InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (AggregateType type : AggregateType.values()) {
            topics.add(new NewTopic(name(type), PARTITIONS, (short) 1).configs(settings));
            topics.add(new NewTopic(AggregateType.deadLetterTopic(name(type)), PARTITIONS, (short) 1));
        }
        admin.createTopics(topics).all().get();
        awaitLeaders(topics);
    }

    /** Deletes the topic of a type and creates it again without records. */
    void recreate(AggregateType type) throws ExecutionException, InterruptedException {
        admin.deleteTopics(List.of(name(type))).all().get();
        NewTopic created = new NewTopic(name(type), PARTITIONS, (short) 1);
        // The broker refuses the name until it has deleted the topic.
        await().atMost(TIMEOUT)
                .ignoreExceptionsMatching(thrown -> thrown.getCause() instanceof TopicExistsException)
                .until(() -> {
                    admin.createTopics(List.of(created)).all().get();
                    return true;
                });
        awaitLeaders(List.of(created));
    }

    /** Returns a consumer that is a member of a group, as an instance of another program is. */
    Consumer<byte[], byte[]> joinGroup(String group, String clientId) {
        Consumer<byte[], byte[]> member = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        clientId,
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        "consumer",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        member.subscribe(List.of(name(AggregateType.TODO)));
        await().atMost(TIMEOUT).until(() -> {
            member.poll(Duration.ofMillis(50));
            return !member.assignment().isEmpty();
        });
        return member;
    }

    /**
     * Waits until each partition has a leader. If the first batches of an idempotent producer meet a partition without
     * a leader, the broker may refuse the next batches as out of sequence, and the producer retries them without
     * success for two minutes. A broker whose metadata lacks the new topic returns an error that the client does not
     * retry.
     */
    private void awaitLeaders(List<NewTopic> topics) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach(made -> {
            for (int partition = 0; partition < made.numPartitions(); partition++) {
                ends.put(new TopicPartition(made.name(), partition), OffsetSpec.latest());
            }
        });
        await().atMost(TIMEOUT)
                .ignoreExceptionsMatching(thrown -> thrown.getCause() instanceof UnknownTopicOrPartitionException)
                .until(() -> admin.listOffsets(ends).all().get().keySet().equals(ends.keySet()));
    }

    static AggregateType typeOf(AggregateState state) {
        return switch (state) {
            case TodoState todo -> AggregateType.TODO;
            case SessionState session -> AggregateType.SESSION;
            case DeletedState deleted -> AggregateType.TODO;
            default -> AggregateType.USER;
        };
    }

    void send(AggregateState state) {
        send(record(typeOf(state), state, EventJson.write(state).getBytes(UTF_8)));
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        sent.add(producer.send(record));
    }

    ProducerRecord<byte[], byte[]> record(AggregateType type, AggregateState state, byte[] value) {
        var record = new ProducerRecord<>(name(type), state.id().getBytes(UTF_8), value);
        Map.of(
                        EventHeaders.SPEC_VERSION,
                        "1.0",
                        EventHeaders.ID,
                        UUID.randomUUID().toString(),
                        EventHeaders.TYPE,
                        type.code() + ".updated",
                        EventHeaders.SOURCE,
                        "/test",
                        EventHeaders.TIME,
                        EventJson.text(Instant.now()),
                        EventHeaders.SUBJECT,
                        state.id(),
                        EventHeaders.CONTENT_TYPE,
                        "application/json",
                        EventHeaders.AGGREGATE_TYPE,
                        type.code(),
                        EventHeaders.AGGREGATE_VERSION,
                        String.valueOf(state.version()),
                        EventHeaders.SCHEMA_VERSION,
                        "1")
                .forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }

    /**
     * Returns the distinct original partitions and offsets of the copies on a dead-letter topic. A copy may repeat, so
     * that the number of records on that topic proves nothing.
     */
    Set<String> copiedPositions(AggregateType type) {
        Set<String> positions = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            String topic = AggregateType.deadLetterTopic(name(type));
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(found -> new TopicPartition(topic, found.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (ConsumerRecord<byte[], byte[]> copy : consumer.poll(Duration.ofSeconds(1))) {
                    positions.add(text(copy, DeadLetterHeaderNames.ORIGINAL_PARTITION) + "-"
                            + text(copy, DeadLetterHeaderNames.ORIGINAL_OFFSET));
                }
            }
        }
        return positions;
    }

    private static String text(ConsumerRecord<byte[], byte[]> copy, String header) {
        return new String(copy.headers().lastHeader(header).value(), UTF_8);
    }

    void flush() throws ExecutionException, InterruptedException {
        producer.flush();
        for (Future<?> one : sent) {
            one.get();
        }
        sent.clear();
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}
