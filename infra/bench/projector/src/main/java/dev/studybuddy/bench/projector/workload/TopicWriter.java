package dev.studybuddy.bench.projector.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Change;
import dev.studybuddy.contract.EventJson;
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

/** Writes the mix on topics of its own, with the headers that the publisher writes. */
public final class TopicWriter implements AutoCloseable {

    private static final double NANOS = 1e9;

    private final String prefix;
    private final int partitions;
    private final Mix mix;
    private final KafkaProducer<byte[], byte[]> backlogs;
    private final KafkaProducer<byte[], byte[]> single;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();

    /** Makes the topics. */
    public TopicWriter(String bootstrap, String prefix, int partitions, Mix mix)
            throws ExecutionException, InterruptedException {
        this.prefix = prefix;
        this.partitions = partitions;
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
        single = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> inOne = new HashMap<>(settings);
        inOne.put("transactional.id", prefix);
        inOne.put("linger.ms", 5);
        inOne.put("batch.size", 65_536);
        inOne.put("compression.type", "zstd");
        backlogs = new KafkaProducer<>(inOne, new ByteArraySerializer(), new ByteArraySerializer());
        backlogs.initTransactions();
    }

    /** Every topic of events. */
    public List<String> topics() {
        return Arrays.stream(AggregateType.values())
                .map(type -> type.topic(prefix))
                .toList();
    }

    /** The topic of a type. */
    public String topic(AggregateType type) {
        return type.topic(prefix);
    }

    public Mix mix() {
        return mix;
    }

    /** How many records are on the topics. */
    public long written() {
        return mix.events();
    }

    /** The offset after the last record, of each partition that has one. */
    public Map<TopicPartition, Long> ends() {
        return Map.copyOf(ends);
    }

    public int partitions() {
        return partitions;
    }

    /**
     * Writes events of which readers of committed records see all or nothing.
     *
     * @return when they became visible, at the earliest; microseconds since 1970
     */
    public long backlog(int events) throws ExecutionException, InterruptedException {
        backlogs.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>(events);
        for (int n = 0; n < events; n++) {
            sent.add(backlogs.send(record(mix.next(), Instant.now())));
        }
        for (Future<RecordMetadata> one : sent) {
            noted(one.get());
        }
        long visible = micros(Instant.now());
        backlogs.commitTransaction();
        return visible;
    }

    /**
     * Writes events at an even rate, one by one.
     *
     * @param each is told of an event before it is sent
     * @return how many seconds it took
     */
    public double paced(int events, int perSecond, BiConsumer<Mix.Event, Long> each)
            throws ExecutionException, InterruptedException {
        double gap = NANOS / perSecond;
        long start = System.nanoTime();
        List<Future<RecordMetadata>> sent = new ArrayList<>(events);
        for (int n = 0; n < events; n++) {
            awaitInstant(start + (long) (n * gap));
            Mix.Event event = mix.next();
            Instant now = Instant.now();
            each.accept(event, micros(now));
            sent.add(single.send(record(event, now)));
        }
        double seconds = (System.nanoTime() - start) / NANOS;
        for (Future<RecordMetadata> one : sent) {
            noted(one.get());
        }
        return seconds;
    }

    @Override
    public void close() {
        single.close();
        backlogs.close();
    }

    /** Microseconds since 1970. */
    public static long micros(Instant at) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, at);
    }

    private void noted(RecordMetadata metadata) {
        ends.merge(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset() + 1, Math::max);
    }

    private static void awaitInstant(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private ProducerRecord<byte[], byte[]> record(Mix.Event event, Instant now) {
        AggregateType type = event.type();
        String id = event.state().id();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                type.topic(prefix),
                id.getBytes(UTF_8),
                EventJson.write(event.state()).getBytes(UTF_8));
        header(record, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_VALUE);
        header(record, EventHeaders.ID, new UUID(micros(now), mix.events()).toString());
        header(record, EventHeaders.TYPE, type.event(event.state().version() == 1 ? Change.CREATED : Change.UPDATED));
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
