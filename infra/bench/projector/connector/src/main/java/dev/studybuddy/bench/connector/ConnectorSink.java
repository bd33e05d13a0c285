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
 * Runs {@code BENCH_THREADS} sink tasks, each with a consumer of its own in one group, as a Connect worker would. For
 * each line {@code <records> <file>} on its standard input, the program waits until the tasks have put that many
 * records in total. It then writes 0 and the time to the file, in microseconds since 1970. The 0 states that the tasks
 * read while they work.
 */
public final class ConnectorSink {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, String> environment;
    private long putCount;

    private ConnectorSink(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) throws Exception {
        ConnectorSink sink = new ConnectorSink(System.getenv());
        int tasks = Integer.parseInt(required(sink.environment, "BENCH_THREADS"));
        for (int n = 0; n < tasks; n++) {
            Thread.ofPlatform().name("task-" + n).daemon().start(sink::run);
        }
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] command = line.split(" ", 2);
            long endMicros = sink.awaitPut(Long.parseLong(command[0]));
            write(Path.of(command[1]), "0 " + endMicros);
        }
    }

    /** Returns an environment variable that the benchmark must set. */
    static String required(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    private void run() {
        List<String> topics = List.of(required(environment, "BENCH_TOPICS").split(","));
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", required(environment, "BENCH_BOOTSTRAP"),
                "group.id", "connect-" + required(environment, "BENCH_DATABASE"),
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "enable.auto.commit", "false");
        try (KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
                SinkTaskDriver task = new SinkTaskDriver(environment, topics)) {
            consumer.subscribe(topics);
            while (true) {
                var records = consumer.poll(POLL);
                task.put(records);
                // A worker commits its offsets after a flush each minute. This program commits none: it never restarts
                // within a case.
                countPut(records.count());
            }
        } catch (RuntimeException failed) {
            failed.printStackTrace();
            System.exit(1);
        }
    }

    private synchronized void countPut(int records) {
        if (records > 0) {
            putCount += records;
            notifyAll();
        }
    }

    private synchronized long awaitPut(long total) throws InterruptedException {
        while (putCount < total) {
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
