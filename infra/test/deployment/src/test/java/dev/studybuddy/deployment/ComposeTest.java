package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the compose file. */
class ComposeTest {

    private static final String FILE = "infra/deploy/compose.yaml";
    private static final List<String> SERVICES = List.of("api-service", "outbox-publisher", "mongo-projector");
    private static final List<String> SCRIPTS_THAT_END = List.of("cockroach-users", "cockroach-rights");
    private static final String CREATE_ONCE = "{ [ -e /tmp/database-created ] || cockroach sql --insecure"
            + " --execute='CREATE DATABASE IF NOT EXISTS studybuddy'; } && touch /tmp/database-created";

    @Test
    void composeAcceptsTheFileWithEveryProfile() throws Exception {
        Tool compose = Tool.requireCompose();
        String configuration = compose.pass("--file", FILE, "--profile", "monitoring", "config");

        assertThat(configuration).contains("prometheus", "alertmanager", "grafana", "api-service");
    }

    @Test
    void everyProgramThatKeepsRunningHasLimitsAHealthCheckAndARestart() throws IOException {
        Map<String, Object> services = services();
        assertThat(services).hasSize(11);
        for (String name : services.keySet()) {
            Map<String, Object> service = Repository.map(services, name);
            assertThat(service).as(name).containsKeys("mem_limit", "cpus", "image");
            if (!SCRIPTS_THAT_END.contains(name)) {
                assertThat(service).as(name).containsKeys("healthcheck", "restart");
            }
        }
    }

    @Test
    void everyServiceHasEnoughMemoryOutsideItsHeap() throws IOException {
        for (String name : SERVICES) {
            Object limit = Repository.map(services(), name).get("mem_limit");

            assertThat(MemoryOutsideHeap.mebibytesOutsideHeap("infra/deploy/docker/service.Dockerfile", limit))
                    .as(name)
                    .isGreaterThanOrEqualTo(MemoryOutsideHeap.REQUIRED_MEBIBYTES_OUTSIDE_HEAP.get(name));
        }
    }

    @Test
    void noServiceIsAnAdministratorOfAServer() throws IOException {
        Map<String, Object> services = services();
        assertThat(SERVICES).allSatisfy(name -> {
            Map<String, Object> environment = Repository.map(services, name, "environment");
            assertThat(environment.get("SPRING_DATASOURCE_USERNAME")).isNotEqualTo("root");
            assertThat(String.valueOf(environment.get("SPRING_MONGODB_URI"))).doesNotContain("root");
        });
        assertThat(Repository.map(services, "api-service", "environment").get("SPRING_DATASOURCE_USERNAME"))
                .isEqualTo("studybuddy_api");
        assertThat(Repository.map(services, "outbox-publisher", "environment").get("SPRING_DATASOURCE_USERNAME"))
                .isEqualTo("studybuddy_publisher");
    }

    @Test
    void everyPortIsPublishedOnLoopbackOnly() throws IOException {
        List<String> ports = services().values().stream()
                .flatMap(service -> ports(service).stream())
                .toList();

        assertThat(ports)
                .hasSizeGreaterThan(8)
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
        assertThat(ports.stream().map(port -> port.split(":", -1)[1])).doesNotHaveDuplicates();
    }

    /** A fixed port of the host, or a name that all instances share, would prevent the start of a second instance. */
    @Test
    void severalPublishersAndProjectorsCanRun() throws IOException {
        Map<String, Object> services = services();

        assertThat(ports(services.get("outbox-publisher"))).containsExactly("127.0.0.1:3020-3029:3002");
        assertThat(ports(services.get("mongo-projector"))).containsExactly("127.0.0.1:3030-3039:3003");
        assertThat(Repository.map(services, "outbox-publisher", "environment").get("PUBLISHER_WAKEUPADDRESS"))
                .isEqualTo("$${HOSTNAME}");
    }

    /**
     * The image creates the database of the variable COCKROACH_DATABASE only during an uninterrupted first start. If
     * each check created the database, a check would create it again during a restore, which renames the damaged one.
     */
    @Test
    void theDatabaseExistsBeforeAnyServiceUsesIt() throws IOException {
        Map<String, Object> services = services();

        assertThat(Repository.map(services, "cockroach", "healthcheck").get("test"))
                .isEqualTo(List.of("CMD-SHELL", CREATE_ONCE + " && cockroach sql --insecure --execute='SELECT 1'"));
        assertThat(Repository.map(services, "cockroach")).doesNotContainKey("environment");
        assertThat(Repository.map(services, "cockroach-users", "depends_on"))
                .containsEntry("cockroach", Map.of("condition", "service_healthy"));
    }

    @Test
    void everyMountedFileExists() throws IOException {
        List<String> mounted = services().values().stream()
                .flatMap(service -> strings(service, "volumes"))
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.split(":", -1)[0])
                .toList();

        assertThat(mounted)
                .isNotEmpty()
                .allSatisfy(path -> assertThat(Repository.file("infra/deploy").resolve(path))
                        .exists());
    }

    @Test
    void composeWaitsLongerThanEachProgramNeedsToStop() throws IOException {
        for (String name : SERVICES) {
            Map<String, Object> service = Repository.map(services(), name);
            String settings = Repository.read(name + "/src/main/resources/application.yaml");

            assertThat(Repository.seconds(String.valueOf(service.get("stop_grace_period")), ""))
                    .as(name)
                    .isGreaterThan(Repository.seconds(settings, "timeout-per-shutdown-phase: "));
        }
    }

    private static Map<String, Object> services() throws IOException {
        return Repository.map(Repository.yaml(FILE), "services");
    }

    private static List<String> ports(Object service) {
        return strings(service, "ports").toList();
    }

    private static Stream<String> strings(Object service, String key) {
        return service instanceof Map<?, ?> fields && fields.get(key) instanceof List<?> values
                ? values.stream().map(String::valueOf)
                : Stream.of();
    }
}
