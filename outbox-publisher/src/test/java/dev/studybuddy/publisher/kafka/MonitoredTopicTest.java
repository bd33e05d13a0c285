package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Config;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitoredTopicTest {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Config CONFIG = new Config(List.of());

    private final MonitoredTopic topic = new MonitoredTopic("todo", "studybuddy.todo.v1");

    @BeforeEach
    void readTheConfiguration() {
        assertThat(topic.needsConfig(0, INTERVAL_NANOS)).isTrue();
        assertThat(topic.isConfigRead()).isFalse();
        topic.beginConfigRead();
        topic.setConfig(CONFIG, 0);
    }

    @Test
    void theConfigurationIsReadAgainAfterTheInterval() {
        assertThat(topic.isConfigRead()).isTrue();
        assertThat(topic.needsConfig(INTERVAL_NANOS - 1, INTERVAL_NANOS)).isFalse();
        assertThat(topic.needsConfig(INTERVAL_NANOS, INTERVAL_NANOS)).isTrue();
    }

    @Test
    void aRequestDuringAReadLeadsToAnotherRead() {
        topic.beginConfigRead();
        topic.invalidate();
        topic.setConfig(CONFIG, 1);

        assertThat(topic.isConfigRead()).isTrue();
        assertThat(topic.needsConfig(1, INTERVAL_NANOS)).isTrue();

        topic.beginConfigRead();
        topic.setConfig(CONFIG, 2);

        assertThat(topic.needsConfig(2, INTERVAL_NANOS)).isFalse();
    }

    @Test
    void aRequestedReadThatFailsIsRepeated() {
        topic.invalidate();
        topic.beginConfigRead();

        assertThat(topic.isConfigRead()).isFalse();
        assertThat(topic.needsConfig(1, INTERVAL_NANOS)).isTrue();
    }

    @Test
    void aRegularReadThatFailsLeavesTheConfigurationValid() {
        topic.beginConfigRead();

        assertThat(topic.isConfigRead()).isTrue();
        assertThat(topic.needsConfig(INTERVAL_NANOS, INTERVAL_NANOS)).isTrue();
    }
}
