package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackPortsTest {

    @Test
    void thePortsAreThoseOfTheDocumentationWithoutAnOffset() {
        StackPorts ports = StackPorts.of(Map.of());

        assertThat(ports.api()).isEqualTo(3001);
        assertThat(ports.publisher(2)).isEqualTo(3012);
        assertThat(ports.projector(2)).isEqualTo(3013);
    }

    @Test
    void theServicesFindTheServersAtTheirMovedPorts() {
        assertThat(new StackPorts(1000).serverVariables())
                .containsEntry("SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:27257/studybuddy")
                .containsEntry("SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:10092")
                .containsEntry("SPRING_MONGODB_URI", "mongodb://localhost:28017/studybuddy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "30001", "many", ""})
    void theRejectionOfAnInvalidOffsetNamesTheVariable(String offset) {
        assertThatThrownBy(() -> StackPorts.of(Map.of("STUDYBUDDY_LOCAL_PORT_OFFSET", offset)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("STUDYBUDDY_LOCAL_PORT_OFFSET");
    }
}
