package dev.studybuddy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExternalServersTest {

    private static final Map<String, String> STANDARD = Map.of(
            "SPRING_DATASOURCE_URL", "jdbc:postgresql://db:26257/studybuddy?sslmode=disable",
            "SPRING_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
            "SPRING_MONGODB_URI", "mongodb://mongo:27017/studybuddy?directConnection=true");

    @Test
    void aVariableForTestsOverridesTheStandardOne() {
        Map<String, String> environment = new HashMap<>(STANDARD);
        environment.put("STUDYBUDDY_TEST_KAFKA_BOOTSTRAP_SERVERS", "other:9092");

        assertThat(ExternalServers.from(environment).kafka()).isEqualTo("other:9092");
    }

    @Test
    void theMessageNamesAMissingVariable() {
        assertThatThrownBy(() -> ExternalServers.from(Map.of("SPRING_DATASOURCE_URL", "jdbc:postgresql://db/x")))
                .hasMessageContaining("STUDYBUDDY_TEST_KAFKA_BOOTSTRAP_SERVERS")
                .hasMessageContaining("SPRING_KAFKA_BOOTSTRAP_SERVERS");
    }

    @Test
    void onlyTheDatabaseInTheUrlIsReplaced() {
        ExternalServers servers = ExternalServers.from(STANDARD);

        assertThat(servers.sql().urlOf("t_1")).isEqualTo("jdbc:postgresql://db:26257/t_1?sslmode=disable");
        assertThat(TestMongo.withDatabase(servers.mongo(), "t_1"))
                .isEqualTo("mongodb://mongo:27017/t_1?directConnection=true");
        assertThat(TestMongo.withDatabase("mongodb://mongo:27017", "t_1")).isEqualTo("mongodb://mongo:27017/t_1");
    }

    @Test
    void externalServersCannotBeStopped() {
        assertThatThrownBy(() -> ExternalServers.from(STANDARD).startOwnKafka())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theRejectionOfAnUnknownModeListsTheModes() {
        assertThatThrownBy(() -> Servers.chosenBy("docker")).hasMessageContaining("embedded, containers or urls");
    }
}
