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
 * The program: {@code consumer | upserts | sums}, with the servers in its environment. For each line {@code <records> <file>} on
 * its standard input it goes on until it handled so many records in all, and writes into that file when it began (0: when they
 * became visible) and ended, in microseconds since 1970.
 */
public final class LimitProgram {

    private LimitProgram() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> environment = System.getenv();
        try (Limit limit = limit(arguments[0], environment);
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                String[] order = line.split(" ", 2);
                long began = limit.handle(Long.parseLong(order[0]));
                Path file = Path.of(order[1]);
                Path part = file.resolveSibling(file.getFileName() + ".part");
                Files.writeString(part, began + " " + now());
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static Limit limit(String name, Map<String, String> environment) {
        RecordReader reader = new RecordReader(environment);
        return switch (name) {
            case "consumer" -> new BareConsumer(reader);
            case "upserts" -> new BareWrites(environment, reader, false);
            case "sums" -> new BareWrites(environment, reader, true);
            default -> throw new IllegalArgumentException("no limit is called " + name);
        };
    }

    /** Microseconds since 1970. */
    static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Something that handles records. */
    interface Limit extends AutoCloseable {

        /** Goes on until it handled so many in all, and returns when it began; 0 where it reads while it works. */
        long handle(long total) throws Exception;

        @Override
        void close();
    }
}
