package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.local.program.Repository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StackPlanTest {

    private static final Map<String, String> LOCAL_SERVERS = Map.of(
            "SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:26257/studybuddy?sslmode=disable",
            "SPRING_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092,[::1]:9092",
            "SPRING_MONGODB_URI", "mongodb://root:pass@localhost:27017/studybuddy?directConnection=true");

    @Test
    void theProjectorKeepsAPreviousGenerationBriefly() {
        ProgramSpec projector = projector(Map.of());

        assertThat(projector.environment()).containsEntry("STUDYBUDDY_PROJECTOR_KEEPPREVIOUS", "10m");
        assertThat(projector.command()).noneMatch(word -> word.contains("keep-previous"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STUDYBUDDY_PROJECTOR_KEEPPREVIOUS", "STUDYBUDDY_PROJECTOR_KEEP_PREVIOUS"})
    void aVariableOfTheUserReplacesTheShortTime(String variable) {
        ProgramSpec projector = projector(Map.of(variable, "2h"));

        assertThat(projector.environment())
                .containsEntry("STUDYBUDDY_ACCESS_MODE", "open")
                .doesNotContainKey("STUDYBUDDY_PROJECTOR_KEEPPREVIOUS");
        assertThat(projector.command()).noneMatch(word -> word.contains("keep-previous"));
    }

    @Test
    void anOffsetMovesTheManagementPortOfEachService() {
        ProgramSpec projector = projector(Map.of("STUDYBUDDY_LOCAL_PORT_OFFSET", "2000"));

        assertThat(projector.ports()).containsExactly(5003);
        assertThat(projector.command()).contains("--server.port=5003");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            SPRING_DATASOURCE_URL jdbc:postgresql://localhost:26257,db.example:26257/studybuddy db.example
            SPRING_DATASOURCE_URL jdbc:postgresql://localhost/studybuddy?sslmode=disable&host=db.example db.example
            SPRING_DATASOURCE_URL jdbc:postgresql:studybuddy?PGHOST=localhost,db.example db.example
            SPRING_DATASOURCE_URL jdbc:postgresql:///studybuddy?service=localhost service=localhost
            SPRING_FLYWAY_URL jdbc:postgresql://db.example:26257/studybuddy db.example
            SPRING_KAFKA_BOOTSTRAP_SERVERS localhost:9092,[2001:db8::1]:9092 2001:db8::1
            SPRING_KAFKA_BOOTSTRAP_SERVERS PLAINTEXT://localhost:9092,PLAINTEXT://kafka.example:9093 kafka.example
            SPRING_MONGODB_URI mongodb://user:localhost@mongo.example:27017/studybuddy mongo.example
            SPRING_MONGODB_URI mongodb+srv://cluster.example/studybuddy cluster.example
            SPRING_MONGODB_URI mongodb://127.0.0.1.example/studybuddy 127.0.0.1.example
            """)
    void aServerOfAnotherMachineNeedsAnOptionOfItsOwn(String variable, String address, String host) {
        Map<String, String> servers = new HashMap<>(LOCAL_SERVERS);
        servers.put(variable, address);

        assertThatThrownBy(() -> programs(servers, "--services-only"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(": " + host + " (" + variable + ").")
                .hasMessageContaining("--allow-remote-servers");
        assertThat(programs(servers, "--services-only", "--allow-remote-servers"))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            SPRING_DATASOURCE_URL jdbc:postgresql:studybuddy
            SPRING_DATASOURCE_URL jdbc:postgresql://[::1]:26257/studybuddy?host=127.0.0.1
            SPRING_FLYWAY_URL jdbc:postgresql://localhost:26257/studybuddy
            SPRING_KAFKA_BOOTSTRAP_SERVERS PLAINTEXT://localhost:9092,PLAINTEXT://localhost:9093
            """)
    void aServerOfThisMachineNeedsNoOption(String variable, String address) {
        Map<String, String> servers = new HashMap<>(LOCAL_SERVERS);
        servers.put(variable, address);

        assertThat(programs(servers, "--services-only")).hasSize(3);
    }

    @Test
    void theEmbeddedStackIgnoresTheAddressesOfOtherServers() {
        assertThat(programs(Map.of()))
                .filteredOn(program -> program.name().equals("api-service"))
                .singleElement()
                .satisfies(api -> assertThat(api.removedVariables())
                        .contains("SPRING_DATASOURCE_", "SPRING_FLYWAY_", "SPRING_KAFKA_", "SPRING_MONGODB_"));
    }

    private static ProgramSpec projector(Map<String, String> environment) {
        Map<String, String> withServers = new HashMap<>(environment);
        withServers.putAll(LOCAL_SERVERS);
        return programs(withServers, "--services-only").stream()
                .filter(program -> program.name().equals("mongo-projector"))
                .findFirst()
                .orElseThrow();
    }

    private static List<ProgramSpec> programs(Map<String, String> environment, String... arguments) {
        return new StackPlan(new Layout(Repository.find()), environment, StackPorts.of(environment))
                .programs(UpOptions.parse(arguments));
    }
}
