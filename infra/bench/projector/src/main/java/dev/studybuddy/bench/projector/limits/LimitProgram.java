package dev.studybuddy.bench.projector.limits;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Runs one limit, {@code consumer}, {@code upserts} or {@code sums}; the environment names the servers. For each line
 * {@code <records> <file>} on its standard input, the program continues until it has processed that many records in
 * total. It then writes its start time and its end time to the file, in microseconds since 1970. A start time of 0
 * stands for the time at which the records became visible.
 */
public final class LimitProgram {

    private LimitProgram() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> environment = System.getenv();
        try (Limit limit = limit(arguments[0], environment);
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] command = line.split(" ", 2);
                long startMicros = limit.handle(Long.parseLong(command[0]));
                Path file = Path.of(command[1]);
                Path part = file.resolveSibling(file.getFileName() + ".part");
                Files.writeString(part, startMicros + " " + nowMicros());
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static Limit limit(String name, Map<String, String> environment) {
        RecordReader reader = new RecordReader(environment);
        return switch (name) {
            case "consumer" -> new BareConsumer(reader);
            case "upserts" -> new BareWriter(environment, reader, false);
            case "sums" -> new BareWriter(environment, reader, true);
            default -> throw new IllegalArgumentException("the limit " + name + " is unknown");
        };
    }

    /** Returns the current time in microseconds since 1970. */
    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** A limit processes records with the least possible work. */
    interface Limit extends AutoCloseable {

        /**
         * Continues until it has processed the given number of records in total.
         *
         * @return start time in microseconds since 1970; 0 if the limit reads while it works
         */
        long handle(long total) throws Exception;

        @Override
        void close();
    }
}
