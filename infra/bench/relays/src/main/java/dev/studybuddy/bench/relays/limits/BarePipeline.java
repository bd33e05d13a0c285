package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A bare pipeline measures the highest rate that a relay that polls and marks rows can reach. One thread polls and
 * sends, and waits for 1 ms only if a poll finds no new row. Another thread marks in bulk.
 */
final class BarePipeline {

    private static final int MAX_IN_FLIGHT = 32_768;
    private static final int MAX_MARK_BATCH = 4096;
    private static final long EMPTY_WAIT_NANOS = 1_000_000;

    private final Environment environment;
    private final KafkaProducer<String, String> producer;
    private final BlockingQueue<Row> acknowledged = new ArrayBlockingQueue<>(MAX_IN_FLIGHT);
    private final Semaphore capacity = new Semaphore(MAX_IN_FLIGHT);
    /**
     * This set holds the ids of the rows that were sent and that the polling thread has not removed after their marks.
     * Only the polling thread uses it.
     */
    private final Set<UUID> inFlight = new HashSet<>();

    private final Queue<Row> marked = new ConcurrentLinkedQueue<>();

    BarePipeline(Environment environment) {
        this.environment = environment;
        this.producer = environment.producer(Environment.streaming());
    }

    void run() throws Exception {
        Thread marker = new Thread(this::markContinuously, "mark");
        marker.start();
        try (Connection connection = environment.connect();
                PendingPageReader pages = new PendingPageReader(connection)) {
            while (marker.isAlive()) {
                removeMarked();
                if (send(pages.next()) == 0) {
                    LockSupport.parkNanos(EMPTY_WAIT_NANOS);
                }
            }
        }
    }

    /**
     * Removes marked rows from the set. This method must run before a poll, because a poll may still return rows that
     * are marked while the poll runs.
     */
    private void removeMarked() {
        for (Row row = marked.poll(); row != null; row = marked.poll()) {
            inFlight.remove(row.id());
        }
    }

    private int send(List<Row> page) throws InterruptedException {
        int sent = 0;
        for (Row row : page) {
            if (inFlight.add(row.id())) {
                capacity.acquire();
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(environment.topic(), row.aggregateId(), row.payload()),
                        (metadata, thrown) -> acknowledge(row, thrown));
                sent++;
            }
        }
        return sent;
    }

    private void acknowledge(Row row, Exception thrown) {
        if (thrown != null) {
            // The limit does not retry. The program ends, and the benchmark reports the case as failed.
            thrown.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        acknowledged.add(row);
    }

    private void markContinuously() {
        List<Row> batch = new ArrayList<>();
        try (Connection connection = environment.connect();
                BulkMarker mark = new BulkMarker(connection)) {
            while (true) {
                batch.add(acknowledged.take());
                acknowledged.drainTo(batch, MAX_MARK_BATCH - 1);
                mark.mark(batch);
                marked.addAll(batch);
                capacity.release(batch.size());
                batch.clear();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the pipeline cannot mark rows", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
