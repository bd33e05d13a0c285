package dev.studybuddy.bench.relays.limits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The program: {@code producer | mark | pipeline | original}, with the servers in its environment as all relays have them. The
 * first two write a file when they have warmed, wait for a line, write what they measured, and wait for another.
 */
public final class LimitProgram {

    private LimitProgram() {}

    public static void main(String[] arguments) throws Exception {
        Environment environment = Environment.ofThisProcess();
        switch (arguments[0]) {
            case "producer" -> measure(environment, new BareProducer(environment));
            case "mark" -> measure(environment, new BareMark(environment));
            case "pipeline" -> new BarePipeline(environment).run();
            case "original" -> new OriginalLoop(environment).run();
            default -> throw new IllegalArgumentException("no limit is called " + arguments[0]);
        }
    }

    /** Does a piece of work that can be timed. */
    interface Timed {
        void warm() throws Exception;

        /** How many events it handled. */
        long run() throws Exception;
    }

    private static void measure(Environment environment, Timed timed) throws Exception {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        timed.warm();
        write(environment.folder().resolve("ready"), "");
        orders.readLine();
        long start = System.nanoTime();
        long events = timed.run();
        write(environment.folder().resolve("result"), events + " " + (System.nanoTime() - start));
        orders.readLine();
    }

    private static void write(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
