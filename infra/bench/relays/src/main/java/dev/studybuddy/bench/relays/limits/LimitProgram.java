package dev.studybuddy.bench.relays.limits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Runs one limit, {@code producer}, {@code mark}, {@code pipeline} or {@code original}. The environment names the
 * servers. The first two create a file after their warm-up and wait for a line on their standard input. They then write
 * their measurement and wait for another line. The other two relay events until the benchmark ends them.
 */
public final class LimitProgram {

    private LimitProgram() {}

    public static void main(String[] arguments) throws Exception {
        Environment environment = Environment.read();
        switch (arguments[0]) {
            case "producer" -> measure(environment, new BareProducer(environment));
            case "mark" -> measure(environment, new BareMarker(environment));
            case "pipeline" -> new BarePipeline(environment).run();
            case "original" -> new OriginalLoop(environment).run();
            default -> throw new IllegalArgumentException("the limit " + arguments[0] + " is unknown");
        }
    }

    /** A timed limit processes events while this program measures the duration. */
    interface TimedLimit {
        /** Loads the data and processes the warm-up events. */
        void warmUp() throws Exception;

        /** Processes all measured events and returns their number. */
        long run() throws Exception;
    }

    private static void measure(Environment environment, TimedLimit timed) throws Exception {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        timed.warmUp();
        write(environment.folder().resolve("ready"), "");
        commands.readLine();
        long start = System.nanoTime();
        long events = timed.run();
        write(environment.folder().resolve("result"), events + " " + (System.nanoTime() - start));
        commands.readLine();
    }

    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
