package dev.studybuddy.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests paths with commas, because Kafka splits the value of {@code log.dirs} at each comma. */
class DataFolderTest {

    @TempDir
    Path folder;

    @Test
    void aCommaInTheCheckoutsPathDoesNotSplitTheLogFolder() throws IOException {
        Path checkout = folder.resolve("od, d'ö x");
        Path logFolder = checkout.resolve(".local/data/kafka/log");

        KafkaConfig config = new KafkaConfig(BrokerSettings.of(9092, 9093, logFolder, checkout), false);

        assertThat(config.getList(BrokerSettings.LOG_FOLDERS))
                .singleElement()
                .satisfies(name -> assertThat(checkout.resolve(name)).isEqualTo(logFolder));
    }

    @Test
    void aPathWithoutACommaStaysAbsolute() throws IOException {
        Path logFolder = folder.resolve("d'ö x/log");

        KafkaConfig config = new KafkaConfig(BrokerSettings.of(9092, 9093, logFolder, folder), false);

        assertThat(config.getList(BrokerSettings.LOG_FOLDERS)).containsExactly(logFolder.toString());
    }

    @Test
    void aCommaBelowTheWorkingFolderIsRejected() {
        assertThatThrownBy(() -> BrokerSettings.of(9092, 9093, folder.resolve("a, b/log"), folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a, b");
    }

    @Test
    void formattingWritesOnlyBelowTheLogFolder() throws IOException {
        Path parent = folder.resolve("od, d'ö x");

        KafkaServer.formatIfNew(
                parent.resolve("log"), BrokerSettings.NODE_ID, Uuid.randomUuid().toString(), List.of());

        assertThat(parent.resolve("log/meta.properties")).exists();
        try (Stream<Path> created = Files.list(folder)) {
            assertThat(created).containsExactly(parent);
        }
    }
}
