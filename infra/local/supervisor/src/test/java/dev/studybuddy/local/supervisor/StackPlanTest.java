package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.local.program.Repository;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackPlanTest {

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

    private static ProgramSpec projector(Map<String, String> environment) {
        Map<String, String> withServers = new HashMap<>(environment);
        StackPlan.SERVER_VARIABLES.forEach(name -> withServers.put(name, "an external server"));
        return new StackPlan(new Layout(Repository.find()), withServers, StackPorts.of(environment))
                .programs(UpOptions.parse("--services-only")).stream()
                        .filter(program -> program.name().equals("mongo-projector"))
                        .findFirst()
                        .orElseThrow();
    }
}
