package dev.studybuddy.bench.relays;

import dev.studybuddy.bench.relays.Relay.Kind;
import dev.studybuddy.bench.relays.Relay.ProcessCommand;
import dev.studybuddy.bench.relays.outbox.ContractOutbox;
import dev.studybuddy.bench.relays.outbox.ModulithRegistry;
import dev.studybuddy.bench.relays.outbox.NamastackOutbox;
import dev.studybuddy.local.program.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Lists all relays and limits. Each process runs in a JVM of its own with the same memory. */
final class Relays {

    private static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m");
    private static final String LIMIT_PROGRAM = "dev.studybuddy.bench.relays.limits.LimitProgram";
    /** This text names the state of this repository, as {@code git describe} does. */
    static final String COMMIT = System.getProperty("studybuddy.commit", "unknown");

    /** This is the id of the limit with which the report compares every drain. */
    static final String PIPELINE = "pipeline";

    private static final int WARM_UP = 60_000;
    /**
     * A relay that waits for the acknowledgement of each event before it sends the next one has this smaller number of
     * warm-up events. It needs about as long for them as the other relays need for {@link #WARM_UP}.
     */
    private static final int ONE_BY_ONE_WARM_UP = 10_000;
    /**
     * The original loop needs five rounds for this number of events, which take less than 20 s with the waits between
     * them.
     */
    private static final int SLOW_WARM_UP = 500;
    /** The original loop relays fewer events per second than this rate, so no higher rate is offered to it. */
    private static final int SLOW_RATE = 100;

    /** With this setting, the publisher deletes the row of an acknowledged event instead of marking it. */
    private static final Map<String, String> DELETES = Map.of("PUBLISHER_ACKNOWLEDGED_ACTION", "delete");

    private static final Set<Part> ALL_PARTS = Set.of(Part.values());

    private final Path root = Repository.find().root();

    /** Returns all relays and limits in the order in which they are measured. */
    List<Relay> all() {
        return List.of(
                limit("producer", "limit: bare producer", Kind.LIMIT, false),
                limit("mark", "limit: bare poll and mark", Kind.LIMIT, true),
                limit("writes", "no relay: writes only", Kind.WRITES_ONLY, false),
                limit(PIPELINE, "limit: bare pipeline", Kind.RELAY, true),
                publisher("ours", "outbox-publisher, 1 instance", 1, ALL_PARTS, Map.of()),
                publisher("ours-delete", "outbox-publisher, deletes rows", 1, ALL_PARTS, DELETES),
                publisher("ours-3", "outbox-publisher, 3 instances", 3, Set.of(Part.DRAIN, Part.HOT), Map.of()),
                peer("debezium", "Debezium engine, outbox router", Kind.RELAY, "debezium-embedded", WARM_UP),
                peer("namastack", "namastack-outbox", Kind.RELAY, "namastack-outbox-core", ONE_BY_ONE_WARM_UP),
                peer(
                        "modulith",
                        "Spring Modulith, Kafka",
                        Kind.IN_APPLICATION,
                        "spring-modulith-events-kafka",
                        ONE_BY_ONE_WARM_UP),
                originalLoop());
    }

    /** Returns the ids of all relays and limits. */
    List<String> ids() {
        return all().stream().map(Relay::id).toList();
    }

    private Relay limit(String id, String title, Kind kind, boolean marks) {
        return new Relay(
                id,
                title,
                COMMIT,
                kind,
                new ContractOutbox(),
                1,
                marks,
                false,
                WARM_UP,
                ALL_PARTS,
                Integer.MAX_VALUE,
                (workspace, n) -> limitProgram(id, workspace));
    }

    /**
     * The loop relays fewer than 50 events per second, because a round has 100 events and a wait of 2 s. A drain would
     * show the same rate, so a full run measures the loop only at an offered rate.
     */
    private Relay originalLoop() {
        String id = "original";
        return new Relay(
                id,
                "original loop: 100 per 2 s",
                COMMIT,
                Kind.RELAY,
                new ContractOutbox(),
                1,
                true,
                false,
                SLOW_WARM_UP,
                Set.of(Part.LAG, Part.CPU),
                SLOW_RATE,
                (workspace, n) -> limitProgram(id, workspace));
    }

    private ProcessCommand limitProgram(String id, Workspace workspace) {
        List<String> arguments = new ArrayList<>(JVM_OPTIONS);
        arguments.addAll(
                List.of("-cp", jar("infra/bench/relays", "relay-bench.jar").toString(), LIMIT_PROGRAM, id));
        return new ProcessCommand(java(arguments), environment(workspace));
    }

    private Relay publisher(
            String id, String title, int instances, Set<Part> parts, Map<String, String> publisherSettings) {
        return new Relay(
                id,
                title,
                COMMIT,
                Kind.RELAY,
                new ContractOutbox(),
                instances,
                true,
                true,
                WARM_UP,
                parts,
                Integer.MAX_VALUE,
                (workspace, n) -> {
                    Map<String, String> environment = new LinkedHashMap<>(environment(workspace));
                    environment.put("STUDYBUDDY_TOPIC_PREFIX", workspace.topicPrefix());
                    environment.put("PUBLISHER_TOPICS_TYPES", ContractOutbox.TYPE);
                    environment.put("PUBLISHER_TOPICS_REPLICATIONFACTOR", "1");
                    environment.put("PUBLISHER_TOPICS_MININSYNCREPLICAS", "1");
                    environment.put("SERVER_PORT", "0");
                    environment.putAll(publisherSettings);
                    List<String> arguments = new ArrayList<>(JVM_OPTIONS);
                    arguments.addAll(List.of("-jar", publisherJar().toString()));
                    return new ProcessCommand(java(arguments), environment);
                });
    }

    private Relay peer(String id, String title, Kind kind, String library, int warmUp) {
        var outbox = switch (id) {
            case "namastack" -> new NamastackOutbox();
            case "modulith" -> new ModulithRegistry();
            default -> new ContractOutbox();
        };
        boolean marks = !"debezium".equals(id);
        return new Relay(
                id,
                title,
                versionOf(id, library),
                kind,
                outbox,
                1,
                marks,
                false,
                warmUp,
                ALL_PARTS,
                Integer.MAX_VALUE,
                (workspace, n) -> {
                    List<String> arguments = new ArrayList<>(JVM_OPTIONS);
                    Path jar = jar("infra/bench/relays/" + id, id + "-relay.jar");
                    arguments.addAll(List.of("-jar", jar.toString()));
                    return new ProcessCommand(java(arguments), environment(workspace));
                });
    }

    private static Map<String, String> environment(Workspace workspace) {
        boolean drains = workspace.part() == Part.DRAIN || workspace.part() == Part.HOT;
        return Map.of(
                "BENCH_RESUBMISSION_MILLIS", drains ? "20" : "1000",
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

    /** Returns the library's version, which is part of the name of its jar on the relay's class path. */
    private String versionOf(String id, String library) {
        Path relay = root.resolve("infra/bench/relays/" + id + "/target/" + id + "-relay.jar");
        if (!Files.exists(relay)) {
            return "not built";
        }
        try (JarFile jar = new JarFile(relay.toFile())) {
            String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return Arrays.stream(classPath.split(" ", -1))
                    .map(entry -> entry.substring(entry.lastIndexOf('/') + 1))
                    .filter(name -> name.startsWith(library + "-"))
                    .map(name -> name.substring(library.length() + 1, name.length() - ".jar".length()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(relay + " does not use " + library));
        } catch (IOException e) {
            throw new UncheckedIOException("the benchmark cannot read " + relay, e);
        }
    }
}
