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
 * The honest ceiling of any relay that polls: one thread polls and sends, one marks in bulk, and nothing else. It polls
 * without a pause worth naming, so its lag is a floor too.
 */
final class BarePipeline {

    private static final int IN_FLIGHT = 32_768;
    private static final int MARK_AT_MOST = 4096;
    private static final long EMPTY_WAIT_NANOS = 1_000_000;

    private final Environment environment;
    private final KafkaProducer<String, String> producer;
    private final BlockingQueue<Row> acknowledged = new ArrayBlockingQueue<>(IN_FLIGHT);
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    /** Sent and perhaps not marked; the polling thread's own. */
    private final Set<UUID> inFlight = new HashSet<>();

    private final Queue<Row> marked = new ConcurrentLinkedQueue<>();

    BarePipeline(Environment environment) {
        this.environment = environment;
        this.producer = environment.producer(Environment.streaming());
    }

    void run() throws Exception {
        Thread marker = new Thread(this::markForEver, "mark");
        marker.start();
        try (Connection connection = environment.connect();
                PendingPages pages = new PendingPages(connection)) {
            while (marker.isAlive()) {
                forgetMarked();
                if (send(pages.next()) == 0) {
                    LockSupport.parkNanos(EMPTY_WAIT_NANOS);
                }
            }
        }
    }

    /** Before a poll, never after: a poll that began earlier may still show what is marked meanwhile. */
    private void forgetMarked() {
        for (Row row = marked.poll(); row != null; row = marked.poll()) {
            inFlight.remove(row.id());
        }
    }

    private int send(List<Row> page) throws InterruptedException {
        int sent = 0;
        for (Row row : page) {
            if (inFlight.add(row.id())) {
                room.acquire();
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
            // No retries here: the program ends, and the benchmark says so.
            thrown.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        acknowledged.add(row);
    }

    private void markForEver() {
        List<Row> batch = new ArrayList<>();
        try (Connection connection = environment.connect();
                BulkMark mark = new BulkMark(connection)) {
            while (true) {
                batch.add(acknowledged.take());
                acknowledged.drainTo(batch, MARK_AT_MOST - 1);
                mark.mark(batch);
                marked.addAll(batch);
                room.release(batch.size());
                batch.clear();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot mark", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
