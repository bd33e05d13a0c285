package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.projector.ProjectorProperties.BatchLimits;
import java.lang.ref.WeakReference;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class RecordQueueTest {

    private final RecordQueue queue = new RecordQueue(new BatchLimits(10, 1_000_000));

    @Test
    void aQueueWhoseRecordsAreRemovedKeepsNoHeaders() {
        queue.add(List.of(record(0), record(1)));
        WeakReference<Headers> last = lastHeaders();

        queue.remove(2);

        assertThat(queue.bytes()).isZero();
        awaitCollection(last);
    }

    @Test
    void aClearedQueueKeepsNoHeaders() {
        queue.add(List.of(record(0), record(1)));
        WeakReference<Headers> last = lastHeaders();

        queue.clear();

        assertThat(queue.bytes()).isZero();
        awaitCollection(last);
    }

    private WeakReference<Headers> lastHeaders() {
        return new WeakReference<>(queue.nextBatch().getLast().headers());
    }

    /**
     * Waits until the headers are garbage-collected. They stay in memory while anything refers to them, such as the
     * queue.
     */
    private static void awaitCollection(WeakReference<Headers> headers) {
        await().until(() -> {
            System.gc();
            return headers.refersTo(null);
        });
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("todo", 0, offset, "k".getBytes(UTF_8), "{}".getBytes(UTF_8));
        record.headers().add("name", "value".getBytes(UTF_8));
        return record;
    }
}
