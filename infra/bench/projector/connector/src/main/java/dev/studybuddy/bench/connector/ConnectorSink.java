package dev.studybuddy.bench.connector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The program: as many sink tasks as told, each with a consumer of its own in one group, as a Connect worker would run them
 * but for the worker. For each line {@code <records> <file>} on its standard input it writes into that file when so many
 * records had been put in all.
 */
public final class ConnectorSink {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, String> environment;
    private long handled;

    private ConnectorSink(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) throws Exception {
        ConnectorSink sink = new ConnectorSink(System.getenv());
        int tasks = Integer.parseInt(told(sink.environment, "BENCH_THREADS"));
        for (int n = 0; n < tasks; n++) {
            Thread.ofPlatform().name("task-" + n).daemon().start(sink::run);
        }
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] order = line.split(" ", 2);
            long ended = sink.awaitHandled(Long.parseLong(order[0]));
            write(Path.of(order[1]), "0 " + ended);
        }
    }

    /** A value that whoever starts this program gives. */
    static String told(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    private void run() {
        List<String> topics = List.of(told(environment, "BENCH_TOPICS").split(","));
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", told(environment, "BENCH_BOOTSTRAP"),
                "group.id", "connect-" + told(environment, "BENCH_DATABASE"),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "enable.auto.commit", "false");
        try (KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
                RunningTask task = new RunningTask(environment, topics)) {
            consumer.subscribe(topics);
            while (true) {
                var records = consumer.poll(POLL);
                task.put(records);
                // A worker commits after a flush each minute; here the position is kept only for the group's sake.
                add(records.count());
            }
        } catch (RuntimeException failed) {
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private synchronized void add(int records) {
        if (records > 0) {
            handled += records;
            notifyAll();
        }
    }

    private synchronized long awaitHandled(long wanted) throws InterruptedException {
        while (handled < wanted) {
            wait();
        }
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
