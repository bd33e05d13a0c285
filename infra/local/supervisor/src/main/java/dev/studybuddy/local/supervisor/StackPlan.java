package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.JavaCommand;
import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Lists the programs of the stack with their ports, memory and environment. */
final class StackPlan {

    /** These variables name external servers. */
    static final List<String> SERVER_VARIABLES =
            List.of("SPRING_DATASOURCE_URL", "SPRING_KAFKA_BOOTSTRAP_SERVERS", "SPRING_MONGODB_URI");

    /** api-service migrates the database of this address if it is set, and otherwise that of SPRING_DATASOURCE_URL. */
    private static final String MIGRATION_VARIABLE = "SPRING_FLYWAY_URL";

    private static final List<String> SERVER_PREFIXES =
            List.of("SPRING_DATASOURCE_", "SPRING_FLYWAY_", "SPRING_KAFKA_", "SPRING_MONGODB_");
    private static final List<String> SMALL_JVM =
            List.of("-Xss512k", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED");

    private static final String SMALLEST_COLLECTOR = "-XX:+UseSerialGC";
    /**
     * The objects of a backlog's batches survive several garbage collections. A collector with several threads copies
     * them in shorter pauses.
     */
    private static final String PROJECTOR_COLLECTOR = "-XX:+UseParallelGC";

    /**
     * Production keeps a previous generation for a day, so that it can be activated again. The local stack keeps it
     * briefly to save disk space. The supervisor passes this duration as a variable and not as an option on the command
     * line, so that a variable of the user can replace it.
     */
    private static final String LOCAL_KEEP_PREVIOUS = "10m";

    /** Spring binds both names to studybuddy.projector.keep-previous. */
    private static final List<String> KEEP_PREVIOUS_VARIABLES =
            List.of("STUDYBUDDY_PROJECTOR_KEEPPREVIOUS", "STUDYBUDDY_PROJECTOR_KEEP_PREVIOUS");

    private static final String LOOPBACK = "127.0.0.1";
    private static final Map<String, String> SERVICE_VARIABLES =
            Map.of("SERVER_ADDRESS", LOOPBACK, "STUDYBUDDY_ACCESS_MODE", "open");

    /** The local stack has one broker, so a topic has one replica. */
    private static final List<String> LOCAL_PUBLISHER_OPTIONS =
            List.of("--publisher.topics.replication-factor=1", "--publisher.topics.min-insync-replicas=1");

    private static final String PROJECTOR = "mongo-projector";

    private final Layout layout;
    private final Map<String, String> environment;
    private final StackPorts ports;

    StackPlan(Layout layout, Map<String, String> environment, StackPorts ports) {
        this.layout = layout;
        this.environment = environment;
        this.ports = ports;
    }

    List<ProgramSpec> programs(UpOptions options) {
        List<ProgramSpec> programs = new ArrayList<>();
        if (options.servicesOnly()) {
            requireServers();
            if (!options.allowRemoteServers()) {
                requireLocalServers();
            }
        } else {
            programs.add(server("postgres", ports.sql(), "-Xmx32m", List.of(ports.sql()), List.of()));
            programs.add(server(
                    "kafka",
                    ports.kafka(),
                    "-Xmx384m",
                    List.of(ports.kafka(), ports.kafkaController()),
                    List.of("--controller-port=" + ports.kafkaController())));
            programs.add(server("mongo", ports.mongo(), "-Xmx384m", List.of(ports.mongo()), List.of()));
        }
        List<String> removedVariables = options.servicesOnly() ? List.of() : SERVER_PREFIXES;
        Map<String, String> variables = new HashMap<>(SERVICE_VARIABLES);
        if (!options.servicesOnly()) {
            variables.putAll(ports.serverVariables());
        }
        programs.add(api(variables, removedVariables));
        for (int n = 1; n <= options.publishers(); n++) {
            List<String> publisherOptions = options.servicesOnly() ? List.of() : LOCAL_PUBLISHER_OPTIONS;
            programs.add(
                    worker("outbox-publisher", n, ports.publisher(n), publisherOptions, variables, removedVariables));
        }
        for (int n = 1; n <= options.projectors(); n++) {
            programs.add(worker(
                    PROJECTOR, n, ports.projector(n), List.of(), projectorVariables(variables), removedVariables));
        }
        return programs;
    }

    private void requireServers() {
        List<String> missing = SERVER_VARIABLES.stream()
                .filter(name -> environment.getOrDefault(name, "").isBlank())
                .toList();
        if (!missing.isEmpty()) {
            throw new UsageException(
                    "--services-only needs these variables in the environment: " + String.join(", ", missing));
        }
    }

    /**
     * Rejects servers of other machines. The services run in mode open, in which everybody on this machine is an admin.
     * They also create a demo user and change the schema.
     */
    private void requireLocalServers() {
        List<String> remote = Stream.concat(SERVER_VARIABLES.stream(), Stream.of(MIGRATION_VARIABLE))
                .flatMap(name -> ServerHosts.remoteHosts(environment.getOrDefault(name, "")).stream()
                        .map(host -> host + " (" + name + ")"))
                .toList();
        if (!remote.isEmpty()) {
            throw new UsageException(
                    "--services-only runs the API in mode open, migrates the database, and creates a demo user who is"
                            + " an admin. Therefore it accepts only servers of this machine, but these hosts are not"
                            + " on this machine: " + String.join(", ", remote)
                            + ". The option --allow-remote-servers permits them.");
        }
    }

    private ProgramSpec server(String name, int port, String memory, List<Integer> usedPorts, List<String> more) {
        String module = name + "-server";
        List<String> jvm = new ArrayList<>(SMALL_JVM);
        jvm.add(SMALLEST_COLLECTOR);
        jvm.add(memory);
        jvm.add("-D" + Repository.ROOT_PROPERTY + "=" + layout.repository().root());
        List<String> options = new ArrayList<>(more);
        options.add("--port=" + port);
        options.add("--data=" + layout.data(name));
        options.add("--" + Lifetime.READY_FILE + "=" + layout.readyFile(name));
        return new ProgramSpec(
                name,
                Kind.SERVER,
                port,
                usedPorts,
                layout.repository().command(module, jvm, options),
                Path.of(module + ".jar"),
                Map.of(),
                layout.repository().root(),
                List.of(),
                new HealthCheck.ReadyFile(layout.readyFile(name).toString(), port));
    }

    private ProgramSpec api(Map<String, String> variables, List<String> removedVariables) {
        return service(
                "api-service",
                "api-service",
                ports.api(),
                ports.apiManagement(),
                List.of("-Xmx384m", SMALLEST_COLLECTOR),
                List.of("--server.port=" + ports.api(), "--management.server.port=" + ports.apiManagement()),
                variables,
                removedVariables);
    }

    private ProgramSpec worker(
            String module,
            int number,
            int port,
            List<String> more,
            Map<String, String> variables,
            List<String> removedVariables) {
        String name = number == 1 ? module : module + "-" + number;
        List<String> options = new ArrayList<>(more);
        options.add("--server.port=" + port);
        String collector = module.equals(PROJECTOR) ? PROJECTOR_COLLECTOR : SMALLEST_COLLECTOR;
        return service(name, module, port, port, List.of("-Xmx256m", collector), options, variables, removedVariables);
    }

    private Map<String, String> projectorVariables(Map<String, String> shared) {
        if (KEEP_PREVIOUS_VARIABLES.stream().anyMatch(environment::containsKey)) {
            return shared;
        }
        Map<String, String> variables = new HashMap<>(shared);
        variables.put(KEEP_PREVIOUS_VARIABLES.getFirst(), LOCAL_KEEP_PREVIOUS);
        return variables;
    }

    private ProgramSpec service(
            String name,
            String module,
            int port,
            int managementPort,
            List<String> jvmOptions,
            List<String> options,
            Map<String, String> variables,
            List<String> removedVariables) {
        Path jar = layout.repository()
                .root()
                .resolve(module)
                .resolve("target")
                .resolve(module + "-" + BuildVersion.read() + ".jar");
        List<String> jvm = new ArrayList<>(SMALL_JVM);
        jvm.addAll(jvmOptions);
        return new ProgramSpec(
                name,
                Kind.SERVICE,
                port,
                port == managementPort ? List.of(port) : List.of(port, managementPort),
                new JavaCommand(jvm, jar, options).words(),
                jar,
                variables,
                layout.repository().root(),
                removedVariables,
                new HealthCheck.Http("http://" + LOOPBACK + ":" + managementPort + "/actuator/health/readiness"));
    }
}
