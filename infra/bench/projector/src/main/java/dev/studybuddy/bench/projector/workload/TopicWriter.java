package dev.studybuddy.bench.projector.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.EventKind;
import dev.studybuddy.outbox.EventHeaders;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic writer sends the mix to topics of its own, with the headers that the publisher sets. */
public final class TopicWriter implements AutoCloseable {

    private static final double NANOS_PER_SECOND = 1e9;

    private final String prefix;
    private final EventMix mix;
    private final KafkaProducer<byte[], byte[]> transactionalProducer;
    private final KafkaProducer<byte[], byte[]> pacedProducer;
    private final Map<TopicPartition, Long> endOffsets = new ConcurrentHashMap<>();

    /** Creates the topics. */
    public TopicWriter(String bootstrap, String prefix, int partitions, EventMix mix)
            throws ExecutionException, InterruptedException {
        this.prefix = prefix;
        this.mix = mix;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            List<NewTopic> topics = new ArrayList<>();
            for (AggregateType type : AggregateType.values()) {
                topics.add(new NewTopic(type.topic(prefix), partitions, (short) 1));
                topics.add(new NewTopic(AggregateType.deadLetterTopic(type.topic(prefix)), partitions, (short) 1));
            }
            admin.createTopics(topics).all().get();
        }
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "acks", "all");
        pacedProducer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> transactional = new HashMap<>(settings);
        transactional.put("transactional.id", prefix);
        transactional.put("linger.ms", 5);
        transactional.put("batch.size", 65_536);
        transactional.put("compression.type", "zstd");
        transactionalProducer =
                new KafkaProducer<>(transactional, new ByteArraySerializer(), new ByteArraySerializer());
        transactionalProducer.initTransactions();
    }

    /** Returns the names of all topics that hold events. */
    public List<String> topics() {
        return Arrays.stream(AggregateType.values())
                .map(type -> type.topic(prefix))
                .toList();
    }

    /** Returns the name of a type's topic. */
    public String topic(AggregateType type) {
        return type.topic(prefix);
    }

    public EventMix mix() {
        return mix;
    }

    /** Returns the number of records on the topics. */
    public long writtenCount() {
        return mix.events();
    }

    /** Returns the offset after the last record for each partition that has a record. */
    public Map<TopicPartition, Long> endOffsets() {
        return Map.copyOf(endOffsets);
    }

    /**
     * Writes events in one transaction, so that consumers of committed records see all of them or none.
     *
     * @return earliest time at which the events were visible, in microseconds since 1970
     */
    public long writeBacklog(int events) throws ExecutionException, InterruptedException {
        transactionalProducer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>(events);
        for (int n = 0; n < events; n++) {
            sent.add(transactionalProducer.send(record(mix.next(), Instant.now())));
        }
        for (Future<RecordMetadata> one : sent) {
            recordOffset(one.get());
        }
        long visibleMicros = micros(Instant.now());
        transactionalProducer.commitTransaction();
        return visibleMicros;
    }

    /**
     * Writes events at an even rate, one by one.
     *
     * @param beforeSend called with each event and the current time in microseconds since 1970, before the event is
     * sent
     * @return duration in seconds
     */
    public double writePaced(int events, int perSecond, BiConsumer<EventMix.Event, Long> beforeSend)
            throws ExecutionException, InterruptedException {
        double gapNanos = NANOS_PER_SECOND / perSecond;
        long startNanos = System.nanoTime();
        List<Future<RecordMetadata>> sent = new ArrayList<>(events);
        for (int n = 0; n < events; n++) {
            awaitNanos(startNanos + (long) (n * gapNanos));
            EventMix.Event event = mix.next();
            Instant now = Instant.now();
            beforeSend.accept(event, micros(now));
            sent.add(pacedProducer.send(record(event, now)));
        }
        double seconds = (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
        for (Future<RecordMetadata> one : sent) {
            recordOffset(one.get());
        }
        return seconds;
    }

    @Override
    public void close() {
        pacedProducer.close();
        transactionalProducer.close();
    }

    /** Returns an instant as microseconds since 1970. */
    public static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private void recordOffset(RecordMetadata metadata) {
        endOffsets.merge(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset() + 1, Math::max);
    }

    private static void awaitNanos(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private ProducerRecord<byte[], byte[]> record(EventMix.Event event, Instant now) {
        AggregateType type = event.type();
        String id = event.state().id();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                type.topic(prefix),
                id.getBytes(UTF_8),
                EventJson.write(event.state()).getBytes(UTF_8));
        header(record, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_VALUE);
        header(record, EventHeaders.ID, new UUID(micros(now), mix.events()).toString());
        header(
                record,
                EventHeaders.TYPE,
                type.event(event.state().version() == 1 ? EventKind.CREATED : EventKind.UPDATED));
        header(record, EventHeaders.SOURCE, "/bench");
        header(record, EventHeaders.TIME, EventJson.text(now));
        header(record, EventHeaders.SUBJECT, id);
        header(record, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
        header(record, EventHeaders.AGGREGATE_TYPE, type.code());
        header(
                record,
                EventHeaders.AGGREGATE_VERSION,
                Long.toString(event.state().version()));
        header(record, EventHeaders.SCHEMA_VERSION, Integer.toString(AggregateType.SCHEMA_VERSION));
        return record;
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(UTF_8));
    }
}
