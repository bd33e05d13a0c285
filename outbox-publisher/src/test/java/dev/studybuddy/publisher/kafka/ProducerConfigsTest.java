package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProducerConfigsTest {

    @Test
    void eachProducerHasANameOfItsOwn() {
        ProducerConfigs configs = new ProducerConfigs(config(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5));

        assertThat(configs.single()).containsEntry(ProducerConfig.CLIENT_ID_CONFIG, "p");
        assertThat(configs.isolated()).containsEntry(ProducerConfig.CLIENT_ID_CONFIG, "p-isolated");
        assertThat(configs.chains()).containsEntry(ProducerConfig.CLIENT_ID_CONFIG, "p-chains");
    }

    @ParameterizedTest
    @CsvSource({"compression.type, foo", "linger.ms, -1", "max.block.ms, -1", "batch.size, many", "buffer.memory, -5"})
    void anInvalidSettingOfTheProducerIsRejectedAtTheStart(String setting, String value) {
        assertThatThrownBy(() -> new ProducerConfigs(config(setting, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("spring.kafka.producer")
                .hasMessageContaining(setting)
                .hasMessageContaining(value);
    }

    private static Map<String, Object> config(String setting, Object value) {
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
        config.put(ProducerConfig.CLIENT_ID_CONFIG, "p");
        config.put(setting, value);
        return config;
    }
}
