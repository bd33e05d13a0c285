package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.Relay.Kind;
import dev.studybuddy.bench.relays.Relay.Program;
import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import dev.studybuddy.bench.relays.outbox.ModulithRegistry;
import dev.studybuddy.bench.relays.outbox.NamastackOutbox;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Lists all relays and limits. Each process runs in a JVM of its own with the same memory. */
final class Relays {

    private static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m");
    private static final String LIMIT_PROGRAM = "dev.studybuddy.bench.relays.limits.LimitProgram";
    private static final String OWN_VERSION = "this repository";
    private static final int WARM_UP = 60_000;
    /** The original loop relays this number of events in 20 s, pauses included. */
    private static final int SLOW_WARM_UP = 500;

    private final Path root = Repository.find().root();

    /** Returns all relays and limits in the order in which they are measured. */
    List<Relay> all() {
        return List.of(
                limit("producer", "limit: bare producer", Kind.LIMIT, false, WARM_UP),
                limit("mark", "limit: bare poll and mark", Kind.LIMIT, true, WARM_UP),
                limit("pipeline", "limit: bare pipeline", Kind.RELAY, true, WARM_UP),
                publisher("publisher-1", "outbox-publisher, 1 instance", 1),
                publisher("publisher-3", "outbox-publisher, 3 instances", 3),
                peer("debezium", "Debezium engine, outbox router", Kind.RELAY, "debezium-embedded", WARM_UP),
                peer("namastack", "namastack-outbox", Kind.RELAY, "namastack-outbox-core", WARM_UP),
                peer(
                        "modulith",
                        "Spring Modulith, Kafka",
                        Kind.IN_APPLICATION,
                        "spring-modulith-events-kafka",
                        WARM_UP),
                limit("original", "original loop: 100 per 2 s", Kind.RELAY, true, SLOW_WARM_UP));
    }

    private Relay limit(String id, String title, Kind kind, boolean marks, int warmUp) {
        return new Relay(
                id, title, OWN_VERSION, kind, new ContractOutbox(), 1, marks, false, warmUp, (workspace, n) -> {
                    List<String> arguments = new ArrayList<>(JVM_OPTIONS);
                    arguments.addAll(List.of(
                            "-cp", jar("infra/bench/relays", "relay-bench.jar").toString(), LIMIT_PROGRAM, id));
                    return new Program(java(arguments), environment(workspace));
                });
    }

    private Relay publisher(String id, String title, int instances) {
        return new Relay(
                id,
                title,
                OWN_VERSION,
                Kind.RELAY,
                new ContractOutbox(),
                instances,
                true,
                true,
                WARM_UP,
                (workspace, n) -> {
                    Map<String, String> environment = new LinkedHashMap<>(environment(workspace));
                    environment.put("STUDYBUDDY_TOPIC_PREFIX", workspace.topicPrefix());
                    environment.put("PUBLISHER_TOPICS_TYPES", ContractOutbox.TYPE);
                    environment.put("SERVER_PORT", "0");
                    List<String> arguments = new ArrayList<>(JVM_OPTIONS);
                    arguments.addAll(List.of("-jar", publisherJar().toString()));
                    return new Program(java(arguments), environment);
                });
    }

    private Relay peer(String id, String title, Kind kind, String library, int warmUp) {
        var outbox = switch (id) {
            case "namastack" -> new NamastackOutbox();
            case "modulith" -> new ModulithRegistry();
            default -> new ContractOutbox();
        };
        boolean marks = !"debezium".equals(id);
        return new Relay(id, title, versionOf(id, library), kind, outbox, 1, marks, false, warmUp, (workspace, n) -> {
            List<String> arguments = new ArrayList<>(JVM_OPTIONS);
            Path jar = jar("infra/bench/relays/" + id, id + "-relay.jar");
            arguments.addAll(List.of("-jar", jar.toString()));
            return new Program(java(arguments), environment(workspace));
        });
    }

    private static Map<String, String> environment(Workspace workspace) {
        return Map.of(
                "SPRING_DATASOURCE_URL", workspace.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", "root",
                "SPRING_DATASOURCE_PASSWORD", "",
                "SPRING_KAFKA_BOOTSTRAP_SERVERS", workspace.bootstrap(),
                "BENCH_TOPIC", workspace.topic(),
                "BENCH_FOLDER", workspace.folder().toString(),
                "BENCH_CONTROL_PORT", Integer.toString(workspace.controlPort()));
    }

    private static List<String> java(List<String> arguments) {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(arguments);
        return all;
    }

    private Path publisherJar() {
        Path target = root.resolve("outbox-publisher/target");
        try (Stream<Path> jars = Files.list(target)) {
            return jars.filter(jar ->
                            jar.getFileName().toString().matches("outbox-publisher-\\d[\\d.]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no outbox-publisher jar in " + target + "; infra/bench/run publisher builds it"));
        } catch (IOException e) {
            throw new UncheckedIOException(target + " does not exist; infra/bench/run publisher builds it", e);
        }
    }

    private Path jar(String module, String name) {
        Path jar = root.resolve(module).resolve("target").resolve(name);
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " does not exist; infra/bench/run publisher builds it");
        }
        return jar;
    }

    /** Returns the library's version, which is part of the name of its jar. */
    private String versionOf(String id, String library) {
        Path libraries = root.resolve("infra/bench/relays/" + id + "/target/lib");
        if (!Files.isDirectory(libraries)) {
            return "not built";
        }
        try (Stream<Path> jars = Files.list(libraries)) {
            return jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.startsWith(library))
                    .map(name -> name.substring(library.length() + 1, name.length() - ".jar".length()))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + libraries, e);
        }
    }
}
