package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.EventHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends records that no program of the event bus writes. No such record may stop its partition. */
class UnusualRecordsIT {

    private static final Header TINY_HEADER = new RecordHeader("h", new byte[0]);

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
    void theDoneOffsetPassesATransactionMarkerAtTheEnd() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = partition.openTransactionalProducer()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(partition.newTodo()).get();
            producer.commitTransaction();
        }

        partition.awaitDoneAt(2);
        assertThat(partition.todos().countDocuments()).isEqualTo(1);
    }

    @Test
    void theDoneOffsetPassesAnAbortedTransactionAtTheEnd() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = partition.openTransactionalProducer()) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(partition.newTodo()).get();
            producer.flush();
            producer.abortTransaction();
        }

        partition.awaitDoneAt(2);
        assertThat(partition.todos().countDocuments()).isZero();

        partition.topics().send(partition.newTodo());
        partition.topics().flush();
        partition.awaitDoneAt(3);
        assertThat(partition.todos().countDocuments()).isEqualTo(1);
    }

    @Test
    void aHeaderTimeInTheYearOneDoesNotStopItsPartition() throws Exception {
        ProducerRecord<byte[], byte[]> zeroTime = partition.newTodo();
        zeroTime.headers().remove(EventHeaders.TIME).add(EventHeaders.TIME, "0001-01-01T00:00:00Z".getBytes(UTF_8));
        partition.topics().send(zeroTime);
        partition.topics().send(partition.newTodo());
        partition.topics().flush();

        partition.awaitDoneAt(2);

        assertThat(partition.todos().countDocuments()).isPositive();
    }

    @Test
    void aRecordThatDecompressesTo20MegabytesIsADeadLetterWithoutItsValue() throws Exception {
        ProducerRecord<byte[], byte[]> good = partition.newTodo();
        byte[] unpacked = "x".repeat(20_000_000).getBytes(UTF_8);
        Map<String, Object> packing =
                Map.of("compression.type", "gzip", "max.request.size", 30_000_000, "buffer.memory", 64_000_000);
        try (KafkaProducer<byte[], byte[]> producer = partition.openProducer(packing)) {
            producer.send(ProjectedPartition.withValue(good, unpacked)).get();
            producer.send(good).get();
        }

        partition.awaitDoneAt(2);

        assertThat(partition.todos().countDocuments()).isEqualTo(1);
        assertThat(partition.deadLetters().find().into(new ArrayList<>()))
                .singleElement()
                .satisfies(letter -> assertThat(letter)
                        .containsEntry("reason", "too-large")
                        .containsEntry("value", null)
                        .containsEntry("valueOmitted", true)
                        .containsEntry("valueBytes", 20_000_000L));
    }

    @Test
    void recordsWithLongHeadersAndArraysOfNumbersDoNotStopTheirPartition() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = partition.openProducer(Map.of("max.request.size", 5_000_000))) {
            List<Future<?>> sent = new ArrayList<>();
            for (int n = 0; n < 17; n++) {
                ProducerRecord<byte[], byte[]> headers = partition.newTodo();
                headers.headers().remove(EventHeaders.ID).add("long", new byte[950_000]);
                sent.add(producer.send(headers));
            }
            for (int n = 0; n < 3; n++) {
                ProducerRecord<byte[], byte[]> numbers = partition.newTodo();
                String value = new String(numbers.value(), UTF_8)
                        .replaceFirst("\\{", "{\"unknown\":[" + "1,".repeat(1_400_000) + "1],");
                sent.add(producer.send(ProjectedPartition.withValue(numbers, value.getBytes(UTF_8))));
            }
            sent.add(producer.send(partition.newTodo()));
            for (Future<?> one : sent) {
                one.get();
            }
        }

        partition.awaitDoneAt(21);

        assertThat(partition.deadLetters().countDocuments(new Document("reason", "header-missing")))
                .isEqualTo(17);
        assertThat(partition.todos().countDocuments() + partition.deadLetters().countDocuments())
                .isEqualTo(21);
    }

    @Test
    void recordsWithAMillionHeadersAreDeadLettersWithTheirFirstHeaders() throws Exception {
        ProducerRecord<byte[], byte[]> good = partition.newTodo();
        Map<String, Object> packing =
                Map.of("compression.type", "gzip", "max.request.size", 30_000_000, "buffer.memory", 64_000_000);
        try (KafkaProducer<byte[], byte[]> producer = partition.openProducer(packing)) {
            for (int n = 0; n < 3; n++) {
                ProducerRecord<byte[], byte[]> headers = partition.newTodo();
                for (int header = 0; header < 1_000_000; header++) {
                    headers.headers().add(TINY_HEADER);
                }
                producer.send(headers).get();
            }
            producer.send(good).get();
        }

        partition.awaitDoneAt(4);

        assertThat(partition.todos().countDocuments()).isEqualTo(1);
        assertThat(partition.deadLetters().find().into(new ArrayList<>()))
                .hasSize(3)
                .allSatisfy(letter -> {
                    assertThat(letter).containsEntry("reason", "too-large").containsEntry("valueOmitted", true);
                    assertThat(letter.getList("headers", Document.class)).hasSizeBetween(100, 2_000);
                });
    }
}
