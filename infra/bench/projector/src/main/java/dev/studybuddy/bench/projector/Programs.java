package dev.studybuddy.bench.projector;

import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the built programs and composes the commands that start them. */
final class Programs {

    private Programs() {}

    /** Returns a command that runs the JVM of this process with the given arguments. */
    static List<String> java(List<String> words) {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(words);
        return all;
    }

    static Path projector() {
        return only(
                Repository.find().root().resolve("mongo-projector/target"),
                "mongo-projector-\\d[\\d.]*(-SNAPSHOT)?\\.jar");
    }

    static Path bench() {
        return only(Repository.find().root().resolve("infra/bench/projector/target"), "projector-bench\\.jar");
    }

    static Path connector() {
        return only(Repository.find().root().resolve("infra/bench/projector/connector/target"), "connector-sink\\.jar");
    }

    /** Returns the connector's version, which is part of the name of its jar. */
    static String connectorVersion() {
        String name = "mongo-kafka-connect-";
        String jar = only(connector().resolveSibling("lib"), name + ".*\\.jar")
                .getFileName()
                .toString();
        return jar.substring(name.length(), jar.length() - ".jar".length());
    }

    private static Path only(Path folder, String name) {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.filter(jar -> jar.getFileName().toString().matches(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no " + name + " in " + folder + "; infra/bench/run projector builds it"));
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " does not exist; infra/bench/run projector builds it", e);
        }
    }
}
