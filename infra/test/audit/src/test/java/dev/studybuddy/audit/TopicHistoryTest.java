package dev.studybuddy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.UserState;
import dev.studybuddy.outbox.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class TopicHistoryTest {

    private static final String ID = "6b0f5a2e-6a0c-4f0e-9d53-111111111111";
    private static final AggregateKey KEY = new AggregateKey(AggregateType.USER, ID);

    private final TopicHistory history = new TopicHistory();

    @Test
    void versionsInOrderAndRepeatsHaveNoFinding() {
        addVersions(1, 2, 1, 3, 2, 3);

        assertThat(history.compareWith(Map.of(KEY, state(3)))).isEmpty();
        assertThat(history.repeats()).isEqualTo(3);
        assertThat(history.records()).isEqualTo(6);
    }

    @Test
    void aVersionBeforeItsPredecessorIsFound() {
        addVersions(1, 3, 2);

        assertThat(history.compareWith(Map.of(KEY, state(3))))
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .contains("version 3 follows 1");
    }

    @Test
    void aMissingLastVersionIsFound() {
        addVersions(1);

        assertThat(history.compareWith(Map.of(KEY, state(2)))).hasSize(1);
    }

    @Test
    void anotherStateOfTheSameVersionIsFound() {
        addVersions(1);
        UserState other = new UserState(ID, "Eve", null, null, "UTC", true, 1, Instant.EPOCH, Instant.EPOCH);

        assertThat(history.compareWith(Map.of(KEY, other))).hasSize(1);
    }

    @Test
    void anAggregateThatSqlLacksIsFound() {
        addVersions(1);

        assertThat(history.compareWith(Map.of())).hasSize(1);
    }

    private void addVersions(long... versions) {
        for (long version : versions) {
            byte[] value = EventJson.write(state(version)).getBytes(StandardCharsets.UTF_8);
            ConsumerRecord<byte[], byte[]> record =
                    new ConsumerRecord<>("user.v1", 0, history.records(), ID.getBytes(StandardCharsets.UTF_8), value);
            record.headers()
                    .add(EventHeaders.AGGREGATE_VERSION, Long.toString(version).getBytes(StandardCharsets.UTF_8));
            history.add(AggregateType.USER, record, 1);
        }
    }

    private static AggregateState state(long version) {
        return new UserState(ID, "Ann", null, null, "UTC", true, version, Instant.EPOCH, Instant.EPOCH);
    }
}
