package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.publisher.publish.PublishSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

class SettingsValidatorTest {

    @Test
    void theDefaultSettingsAreValid() {
        assertThatCode(() -> check(Map.of())).doesNotThrowAnyException();
    }

    @Test
    void aLeaseTtlThatIsShorterThanASendIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.lease.ttl", "9s")))
                .hasMessageContaining("publisher.lease.ttl = 9000 ms")
                .hasMessageContaining("publisher.kafka.delivery-timeout")
                .hasMessageContaining("9500 ms");
    }

    @Test
    void aRequestTimeoutLongerThanTheDeliveryTimeoutIsRejected() {
        assertThatThrownBy(
                        () -> check(Map.of("publisher.kafka.linger", "1ms", "publisher.kafka.request-timeout", "5s")))
                .hasMessageContaining("publisher.kafka.linger + publisher.kafka.request-timeout = 5001 ms")
                .hasMessageContaining("publisher.kafka.delivery-timeout = 5000 ms");
    }

    @Test
    void aLeaseTtlThatDelaysFailoverBeyond15SecondsIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.lease.ttl", "12s")))
                .hasMessageContaining("publisher.lease.ttl + publisher.lease.clock-offset")
                .hasMessageContaining("15000 ms");
    }

    @Test
    void aSweepTimeoutMustBeWholeSecondsWithinTheStatementTimeout() {
        assertThatThrownBy(() -> check(Map.of("publisher.polling.sweep-timeout", "3s")))
                .hasMessageContaining("publisher.polling.sweep-timeout = 3000 ms")
                .hasMessageContaining("publisher.statement-timeout = 2000 ms");
        assertThatThrownBy(() -> check(Map.of("publisher.polling.sweep-timeout", "1500ms")))
                .hasMessageContaining("publisher.polling.sweep-timeout = 1500 ms")
                .hasMessageContaining("whole number of seconds");
    }

    @Test
    void aMinimumOfReplicasAboveTheReplicationFactorIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.topics.min-insync-replicas", "4")))
                .hasMessageContaining("publisher.topics.min-insync-replicas = 4")
                .hasMessageContaining("publisher.topics.replication-factor = 3");
        assertThatThrownBy(() -> check(Map.of("publisher.topics.replication-factor", "0")))
                .hasMessageContaining("publisher.topics.replication-factor = 0");
    }

    @Test
    void aListedTypeThatGivesNoTopicNameIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.topics.types", "todo,order line")))
                .hasMessageContaining("publisher.topics.types")
                .hasMessageContaining("order line");
    }

    @Test
    void aLiveWithinTimeLongerThanTheLeaseTtlIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.lease.live-within", "10m")))
                .hasMessageContaining("publisher.lease.live-within = 600000 ms")
                .hasMessageContaining("publisher.lease.ttl = 10000 ms");
    }

    @Test
    void aClockOffsetThatDelaysATakeOverTooLongIsRejected() throws Exception {
        check(Map.of("publisher.lease.ttl", "11500ms", "publisher.lease.clock-offset", "500ms"));

        assertThatThrownBy(() -> check(Map.of("publisher.lease.ttl", "11500ms", "publisher.lease.clock-offset", "2s")))
                .hasMessageContaining("publisher.lease.ttl + publisher.lease.clock-offset")
                .hasMessageContaining("16500 ms")
                .hasMessageContaining("15000 ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publisher.lease.heartbeat",
                "publisher.polling.interval",
                "publisher.polling.spacing",
                "publisher.polling.max-transaction",
                "publisher.kafka.max-backoff",
                "publisher.kafka.request-timeout",
                "publisher.kafka.delivery-timeout",
                "publisher.attempts.first",
                "publisher.retention.keep",
                "publisher.retention.page-wait",
                "publisher.topics.dead-letter-retention"
            })
    void aTimeThatIsNotPositiveIsRejected(String property) {
        for (String time : List.of("0ms", "-1s")) {
            assertThatThrownBy(() -> check(Map.of(property, time)))
                    .hasMessageContaining(property)
                    .hasMessageContaining("must be at least 1 ms");
        }
    }

    @Test
    void aNegativeTimeBeyondTheRangeOfMillisecondsIsNamed() {
        String time = "-99999999999999d";
        assertThatThrownBy(() -> check(Map.of("publisher.retention.keep", time)))
                .hasMessage("publisher.retention.keep = PT-2399999999999976H must be at least 1 ms");
        assertThatThrownBy(() -> check(Map.of("publisher.polling.slack", time)))
                .hasMessage("publisher.polling.slack = PT-2399999999999976H must be at least 0 ms");
        assertThatThrownBy(() -> check(Map.of("publisher.lease.margin", time)))
                .hasMessageContaining("publisher.lease.margin = PT-2399999999999976H must be more than 0 ms");
        assertThatThrownBy(() -> check(Map.of("publisher.polling.sweep-timeout", time)))
                .hasMessageContaining("publisher.polling.sweep-timeout = PT-2399999999999976H must be a whole number");
    }

    @Test
    void aLockTimeoutMustBePositiveAndWithinTheStatementTimeout() {
        assertThatThrownBy(() -> check(Map.of("publisher.acknowledged.lock-timeout", "3s")))
                .hasMessageContaining("publisher.acknowledged.lock-timeout = 3000 ms")
                .hasMessageContaining("publisher.statement-timeout = 2000 ms");
        assertThatThrownBy(() -> check(Map.of("publisher.acknowledged.lock-timeout", "0ms")))
                .hasMessageContaining("publisher.acknowledged.lock-timeout = 0 ms")
                .hasMessageContaining("at least 1 ms");
    }

    @Test
    void aPageMustFitInMemory() {
        assertThatThrownBy(() -> check(Map.of("publisher.polling.page-bytes", "65MB")))
                .hasMessageContaining("publisher.polling.page-bytes = 68157440B")
                .hasMessageContaining("publisher.memory.bytes = 67108864B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"publisher.polling.slack", "publisher.kafka.linger", "publisher.kafka.max-block"})
    void aNegativeTimeIsRejectedAndZeroIsAccepted(String property) {
        assertThatThrownBy(() -> check(Map.of(property, "-1ms")))
                .hasMessageContaining(property + " = -1 ms must be at least 0 ms");
        assertThatCode(() -> check(Map.of(property, "0s"))).doesNotThrowAnyException();
    }

    @Test
    void aFirstWaitBetweenAttemptsThatExceedsTheLongestOneIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.attempts.longest", "0s")))
                .hasMessageContaining("publisher.attempts.first = 1000 ms")
                .hasMessageContaining("publisher.attempts.longest = 0 ms");
    }

    @Test
    void aWaitBetweenAttemptsOfMoreThanAnHourIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.attempts.longest", "61m")))
                .hasMessageContaining("publisher.attempts.longest = 3660000 ms")
                .hasMessageContaining("3600000 ms");
        assertThatCode(() -> check(Map.of("publisher.attempts.longest", "1h"))).doesNotThrowAnyException();
    }

    @Test
    void moreBytesInFlightThanHalfOfTheBufferAreRejected() throws Exception {
        PublishSettings.Memory memory = properties(Map.of()).memory();
        assertThatCode(() -> SettingsValidator.checkInFlightBytes(memory, 32_000_000))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> SettingsValidator.checkInFlightBytes(memory, 31_999_999))
                .hasMessageContaining("publisher.memory.in-flight-bytes = 16000000")
                .hasMessageContaining("half of spring.kafka.producer.buffer-memory = 31999999B");
    }

    @Test
    void aPoolWithOneConnectionIsRejected() {
        assertThatCode(() -> SettingsValidator.checkConnections(2)).doesNotThrowAnyException();
        assertThatThrownBy(() -> SettingsValidator.checkConnections(1))
                .hasMessageContaining("spring.datasource.hikari.maximum-pool-size = 1 must be at least 2");
    }

    @Test
    void aRetentionOfMoreThanACenturyIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.retention.keep", "36501d")))
                .hasMessageContaining("publisher.retention.keep = 3153686400000 ms")
                .hasMessageContaining("36 500 days");
        assertThatThrownBy(() -> check(Map.of("publisher.retention.keep", "99999999999999d")))
                .hasMessageContaining("publisher.retention.keep = PT2399999999999976H");
        assertThatCode(() -> check(Map.of("publisher.retention.keep", "36500d")))
                .doesNotThrowAnyException();
    }

    @Test
    void aRetentionOfDeadLetterTopicsOfMoreThanACenturyIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.topics.dead-letter-retention", "36501d")))
                .hasMessageContaining("publisher.topics.dead-letter-retention = 3153686400000 ms")
                .hasMessageContaining("36 500 days");
    }

    @Test
    void aSpacingOfPollsThatExceedsTheirIntervalIsRejected() {
        assertThatThrownBy(() -> check(Map.of("publisher.polling.spacing", "101ms")))
                .hasMessageContaining("publisher.polling.spacing = 101 ms")
                .hasMessageContaining("publisher.polling.interval = 100 ms");
    }

    @Test
    void aTemplateThatGivesNoTopicNameIsRejected() {
        assertThatThrownBy(() ->
                        check(Map.of("publisher.topics.template", "my topics/{type}", "publisher.topics.types", "")))
                .hasMessageContaining("publisher.topics.template = my topics/{type}");
    }

    private static void check(Map<String, Object> settings) throws Exception {
        SettingsValidator.check(properties(settings));
    }

    private static PublisherProperties properties(Map<String, Object> settings) throws Exception {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(settings)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(environment.getPropertySources()::addLast);
        return Binder.get(environment)
                .bind("publisher", PublisherProperties.class)
                .get();
    }
}
