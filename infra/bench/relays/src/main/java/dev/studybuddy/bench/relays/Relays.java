package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.Relay.Kind;
import dev.studybuddy.bench.relays.Relay.Program;
import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import dev.studybuddy.bench.relays.outbox.ModulithRegistry;
import dev.studybuddy.bench.relays.outbox.NamastackOutbox;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All that can be measured. Each runs in a JVM of its own with the same memory. */
final class Relays {

    private static final List<String> MEMORY = List.of("-Xms512m", "-Xmx512m");
    private static final String LIMITS = "dev.studybuddy.bench.relays.limits.LimitProgram";
    private static final String OWN = "this repository";
    private static final int WARM_UP = 60_000;
    /** What the original's loop carries in 20 s. */
    private static final int SLOW_WARM_UP = 500;

    private final Path root = Repository.find().root();

    /** In the order in which they are measured. */
    List<Relay> all() {
        return List.of(
                limit("producer", "limit: bare producer", Kind.LIMIT, false, WARM_UP),
                limit("mark", "limit: bare poll and mark", Kind.LIMIT, true, WARM_UP),
                limit("pipeline", "limit: bare pipeline", Kind.RELAY, true, WARM_UP),
                ours("publisher-1", "outbox-publisher, 1 instance", 1),
                ours("publisher-3", "outbox-publisher, 3 instances", 3),
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
        return new Relay(id, title, OWN, kind, new ContractOutbox(), 1, marks, false, warmUp, (site, n) -> {
            List<String> words = new ArrayList<>(MEMORY);
            words.addAll(
                    List.of("-cp", jar("infra/bench/relays", "relay-bench.jar").toString(), LIMITS, id));
            return new Program(java(words), environment(site));
        });
    }

    private Relay ours(String id, String title, int instances) {
        return new Relay(
                id, title, OWN, Kind.RELAY, new ContractOutbox(), instances, true, true, WARM_UP, (site, n) -> {
                    Map<String, String> environment = new LinkedHashMap<>(environment(site));
                    environment.put("STUDYBUDDY_TOPIC_PREFIX", site.topicPrefix());
                    environment.put("PUBLISHER_TOPICS_TYPES", ContractOutbox.TYPE);
                    environment.put("SERVER_PORT", "0");
                    List<String> words = new ArrayList<>(MEMORY);
                    words.addAll(List.of("-jar", ourJar().toString()));
                    return new Program(java(words), environment);
                });
    }

    private Relay peer(String id, String title, Kind kind, String library, int warmUp) {
        var form = switch (id) {
            case "namastack" -> new NamastackOutbox();
            case "modulith" -> new ModulithRegistry();
            default -> new ContractOutbox();
        };
        boolean marks = !"debezium".equals(id);
        return new Relay(id, title, versionOf(id, library), kind, form, 1, marks, false, warmUp, (site, n) -> {
            List<String> words = new ArrayList<>(MEMORY);
            Path jar = jar("infra/bench/relays/" + id, id + "-relay.jar");
            words.addAll(List.of("-jar", jar.toString()));
            return new Program(java(words), environment(site));
        });
    }

    private static Map<String, String> environment(Site site) {
        return Map.of(
                "SPRING_DATASOURCE_URL", site.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME", "root",
                "SPRING_DATASOURCE_PASSWORD", "",
                "SPRING_KAFKA_BOOTSTRAP_SERVERS", site.bootstrap(),
                "BENCH_TOPIC", site.topic(),
                "BENCH_FOLDER", site.folder().toString(),
                "BENCH_CONTROL_PORT", Integer.toString(site.controlPort()));
    }

    private static List<String> java(List<String> words) {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        all.addAll(words);
        return all;
    }

    private Path ourJar() {
        Path target = root.resolve("outbox-publisher/target");
        try (Stream<Path> jars = Files.list(target)) {
            return jars.filter(jar ->
                            jar.getFileName().toString().matches("outbox-publisher-\\d[\\d.]*(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no outbox-publisher jar in " + target));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("outbox-publisher is not built", e);
        }
    }

    private Path jar(String module, String name) {
        Path jar = root.resolve(module).resolve("target").resolve(name);
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not built: infra/bench/run publisher builds it");
        }
        return jar;
    }

    /** The library's version, from the jar that lies beside the program. */
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
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("cannot look into " + libraries, e);
        }
    }
}
