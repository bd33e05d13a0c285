package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoTimeoutException;
import dev.studybuddy.outbox.EventHeaders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SchemaGateTest {

    private static final TopicPartition PARTITION = new TopicPartition("todo", 0);
    private static final List<String> REQUIRED = List.of(
            EventHeaders.SPEC_VERSION,
            EventHeaders.ID,
            EventHeaders.TYPE,
            EventHeaders.SOURCE,
            EventHeaders.TIME,
            EventHeaders.SUBJECT,
            EventHeaders.CONTENT_TYPE,
            EventHeaders.AGGREGATE_TYPE,
            EventHeaders.AGGREGATE_VERSION);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final SchemaWaits waits = new SchemaWaits(registry, nanos::get);
    private int announced = 2;
    private boolean unavailable;
    private final SchemaGate gate = new SchemaGate("study-g1", 1, this::readAnnounced, waits, nanos::get);

    private int readAnnounced() {
        reads.incrementAndGet();
        if (unavailable) {
            throw new MongoTimeoutException("no server");
        }
        return announced;
    }

    @Test
    void theRecordsBeforeAnAnnouncedNewerSchemaPass() {
        List<ConsumerRecord<byte[], byte[]>> passed = poll(List.of(record(0, "1"), record(1, "2"), record(2, "1")));

        assertThat(passed).extracting(ConsumerRecord::offset).containsExactly(0L);
        assertThat(gate.isHoldingBack(PARTITION)).isTrue();
    }

    @Test
    void aWaitIsMeasuredAndDescribedFromItsFirstAttempt() {
        poll(List.of(record(7, "2")));
        nanos.addAndGet(Duration.ofMinutes(6).toNanos());
        assertThat(gate.isHoldingBack(PARTITION)).as("the next attempt is due").isFalse();
        poll(List.of(record(7, "2")));

        assertThat(registry.get("projector_newer_schema_seconds")
                        .tag("partition", "todo-0")
                        .tag("schema", "2")
                        .gauge()
                        .value())
                .isEqualTo(360);
        assertThat(waits.describe())
                .containsExactly("todo-0 of study-g1 has waited 360 s, because the record at offset 7 has schema 2,"
                        + " which only a newer projector reads.");

        gate.clear(PARTITION);

        assertThat(waits.describe()).isEmpty();
        assertThat(registry.find("projector_newer_schema_seconds").gauge()).isNull();
    }

    @Test
    void aSchemaThatNoProjectorAnnouncedPassesToTheDecoder() {
        assertThat(poll(List.of(record(0, "99"), record(1, "1"), record(2, "99"))))
                .hasSize(3);
        assertThat(reads).as("reads in one poll").hasValue(1);
        assertThat(gate.isHoldingBack(PARTITION)).isFalse();
    }

    @Test
    void anAnnouncementThatPrecedesTheRecordIsFound() {
        announced = 1;
        assertThat(poll(List.of(record(0, "2")))).hasSize(1);

        announced = 2;

        assertThat(poll(List.of(record(1, "2")))).isEmpty();
    }

    @Test
    void withoutAnAnswerOfMongoDbARecordWaits() {
        unavailable = true;
        assertThat(poll(List.of(record(0, "99")))).isEmpty();

        unavailable = false;

        assertThat(poll(List.of(record(0, "99")))).hasSize(1);
        assertThat(waits.describe()).isEmpty();
    }

    @Test
    void aRecordThatIsUnreadableInEverySchemaPasses() {
        ConsumerRecord<byte[], byte[]> withoutValue = new ConsumerRecord<>("todo", 0, 0, new byte[1], null);
        withoutValue.headers().add(EventHeaders.SCHEMA_VERSION, "2".getBytes(UTF_8));
        ConsumerRecord<byte[], byte[]> withoutHeader = record(1, "2");
        withoutHeader.headers().remove(EventHeaders.ID);

        assertThat(poll(List.of(withoutValue, withoutHeader, record(2, "two"), record(3, "-2"), record(4, ""))))
                .hasSize(5);
        assertThat(reads).hasValue(0);
    }

    private List<ConsumerRecord<byte[], byte[]>> poll(List<ConsumerRecord<byte[], byte[]>> records) {
        gate.beginPoll();
        return gate.findReadable(PARTITION, records);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String schema) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("todo", 0, offset, "k".getBytes(UTF_8), "{}".getBytes(UTF_8));
        REQUIRED.forEach(name -> record.headers().add(name, "1".getBytes(UTF_8)));
        record.headers().add(EventHeaders.SCHEMA_VERSION, schema.getBytes(UTF_8));
        return record;
    }
}
