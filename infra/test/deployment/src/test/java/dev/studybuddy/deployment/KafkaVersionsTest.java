package dev.studybuddy.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares the brokers that compose, the tests in containers, and the embedded servers start. */
class KafkaVersionsTest {

    private static final String CONTAINERS =
            "infra/test/testkit/src/main/java/dev/studybuddy/testkit/ContainerServers.java";
    private static final String EMBEDDED =
            "infra/local/kafka-server/src/main/java/dev/studybuddy/local/kafka/BrokerSettings.java";
    private static final Pattern VERSION = Pattern.compile("<kafka.version>([^<]+)</kafka.version>");
    private static final Pattern SESSION_SETTING =
            Pattern.compile("(?m)^ *([a-z.]+\\.(?:session\\.timeout|heartbeat\\.interval)\\.ms)=(\\d+)$");

    @Test
    void theBrokersInContainersHaveTheVersionOfTheClients() throws IOException {
        Matcher version = VERSION.matcher(Repository.read("pom.xml"));
        assertThat(version.find()).isTrue();
        String image = "apache/kafka:" + version.group(1);

        assertThat(Repository.map(Repository.yaml("infra/deploy/compose.yaml"), "services", "kafka"))
                .containsEntry("image", image);
        assertThat(Repository.read(CONTAINERS)).contains("\"" + image + "\"");
    }

    @Test
    void theSessionsOfABrokerInAContainerEndAsSoonAsEmbeddedOnes() throws IOException {
        List<String> variables = SESSION_SETTING
                .matcher(Repository.read(EMBEDDED))
                .results()
                .map(match -> "\"KAFKA_" + match.group(1).replace('.', '_').toUpperCase(Locale.ROOT) + "\", \""
                        + match.group(2) + "\"")
                .toList();

        assertThat(variables).hasSize(6);
        assertThat(Repository.read(CONTAINERS)).contains(variables);
    }
}
