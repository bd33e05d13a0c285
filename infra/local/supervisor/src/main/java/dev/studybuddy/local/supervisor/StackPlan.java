package dev.studybuddy.local.supervisor;

import dev.studybuddy.local.program.JavaCommand;
import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists the programs of the stack with their ports, memory and environment. */
final class StackPlan {

    static final int API_PORT = 3001;
    static final int API_MANAGEMENT_PORT = 3011;
    static final int PUBLISHER_PORT = 3002;
    static final int PROJECTOR_PORT = 3003;
    static final int INSTANCE_STEP = 10;
    static final int SQL_PORT = 26257;
    static final int KAFKA_PORT = 9092;
    static final int KAFKA_CONTROLLER_PORT = 9093;
    static final int MONGO_PORT = 27017;

    /** These variables name external servers. The defaults of the services name the local servers. */
    static final List<String> SERVER_VARIABLES =
            List.of("SPRING_DATASOURCE_URL", "SPRING_KAFKA_BOOTSTRAP_SERVERS", "SPRING_MONGODB_URI");

    private static final List<String> SERVER_PREFIXES =
            List.of("SPRING_DATASOURCE_", "SPRING_KAFKA_", "SPRING_MONGODB_");
    private static final List<String> SMALL_JVM =
            List.of("-Xss512k", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED");

    private static final String SMALLEST_COLLECTOR = "-XX:+UseSerialGC";
    /**
     * Batches of a backlog survive several collections; several threads shorten the pauses that copying them causes.
     */
    private static final String PROJECTOR_COLLECTOR = "-XX:+UseParallelGC";

    /**
     * Production keeps a previous generation for a day, for a rollback; the local stack keeps it briefly to save disk
     * space. A variable of the user replaces this duration, which an option on the command line would prevent.
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

    StackPlan(Layout layout, Map<String, String> environment) {
        this.layout = layout;
        this.environment = environment;
    }

    List<ProgramSpec> programs(UpOptions options) {
        List<ProgramSpec> programs = new ArrayList<>();
        if (options.servicesOnly()) {
            requireServers();
        } else {
            programs.add(server("postgres", SQL_PORT, "-Xmx32m", List.of(SQL_PORT), List.of()));
            programs.add(server(
                    "kafka",
                    KAFKA_PORT,
                    "-Xmx384m",
                    List.of(KAFKA_PORT, KAFKA_CONTROLLER_PORT),
                    List.of("--controller-port=" + KAFKA_CONTROLLER_PORT)));
            programs.add(server("mongo", MONGO_PORT, "-Xmx384m", List.of(MONGO_PORT), List.of()));
        }
        List<String> removedVariables = options.servicesOnly() ? List.of() : SERVER_PREFIXES;
        programs.add(api(removedVariables));
        for (int n = 1; n <= options.publishers(); n++) {
            List<String> publisherOptions = options.servicesOnly() ? List.of() : LOCAL_PUBLISHER_OPTIONS;
            programs.add(worker(
                    "outbox-publisher", n, PUBLISHER_PORT, publisherOptions, SERVICE_VARIABLES, removedVariables));
        }
        for (int n = 1; n <= options.projectors(); n++) {
            programs.add(worker(PROJECTOR, n, PROJECTOR_PORT, List.of(), projectorVariables(), removedVariables));
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

    private ProgramSpec server(String name, int port, String memory, List<Integer> ports, List<String> more) {
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
                ports,
                layout.repository().command(module, jvm, options),
                Path.of(module + ".jar"),
                Map.of(),
                layout.repository().root(),
                List.of(),
                new Probe.ReadyFile(layout.readyFile(name).toString(), port));
    }

    private ProgramSpec api(List<String> removedVariables) {
        return service(
                "api-service",
                "api-service",
                API_PORT,
                API_MANAGEMENT_PORT,
                List.of("-Xmx384m", SMALLEST_COLLECTOR),
                List.of("--server.port=" + API_PORT, "--management.server.port=" + API_MANAGEMENT_PORT),
                SERVICE_VARIABLES,
                removedVariables);
    }

    private ProgramSpec worker(
            String module,
            int number,
            int firstPort,
            List<String> more,
            Map<String, String> variables,
            List<String> removedVariables) {
        int port = firstPort + INSTANCE_STEP * (number - 1);
        String name = number == 1 ? module : module + "-" + number;
        List<String> options = new ArrayList<>(more);
        options.add("--server.port=" + port);
        String collector = module.equals(PROJECTOR) ? PROJECTOR_COLLECTOR : SMALLEST_COLLECTOR;
        return service(name, module, port, port, List.of("-Xmx256m", collector), options, variables, removedVariables);
    }

    private Map<String, String> projectorVariables() {
        if (KEEP_PREVIOUS_VARIABLES.stream().anyMatch(environment::containsKey)) {
            return SERVICE_VARIABLES;
        }
        Map<String, String> variables = new HashMap<>(SERVICE_VARIABLES);
        variables.put(KEEP_PREVIOUS_VARIABLES.getFirst(), LOCAL_KEEP_PREVIOUS);
        return Map.copyOf(variables);
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
                new Probe.Http("http://" + LOOPBACK + ":" + managementPort + "/actuator/health/readiness"));
    }
}
