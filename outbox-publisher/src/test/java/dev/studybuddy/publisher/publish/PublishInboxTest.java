package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PublishInboxTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final SendOutcome ACKNOWLEDGED = new SendOutcome.Acknowledged(0, 7);
    private static final OutboxWriter.Batch BATCH = new OutboxWriter.Batch(List.of(), List.of());
    private static final OutboxWriter.Result WRITTEN = new OutboxWriter.Result.Written(0, List.of(), 0);
    private static final long SHARD_3 = 1L << 3;
    private static final long SHARD_5 = 1L << 5;

    private final OutboxRow first = row(1);
    private final OutboxRow second = row(2);
    private final PublishInbox inbox = new PublishInbox(this::recordSignal);
    private int signals;
    private boolean arrivedBeforeSignal;

    @Test
    void outcomesArriveInTheirOrderAndEachRunsTheSignal() {
        inbox.addOutcome(first, ACKNOWLEDGED);
        inbox.addOutcome(second, ACKNOWLEDGED);

        assertThat(signals).isEqualTo(2);
        assertThat(inbox.hasArrivals()).isTrue();
        assertThat(inbox.pollOutcome()).isEqualTo(new PublishInbox.ArrivedOutcome(first, ACKNOWLEDGED));
        assertThat(inbox.pollOutcome()).isEqualTo(new PublishInbox.ArrivedOutcome(second, ACKNOWLEDGED));
        assertThat(inbox.pollOutcome()).isNull();
        assertThat(inbox.hasArrivals()).isFalse();
    }

    @Test
    void aResultIsAnArrivalAndRunsTheSignal() {
        inbox.addResult(BATCH, WRITTEN);

        assertThat(signals).isEqualTo(1);
        assertThat(inbox.hasArrivals()).isTrue();
        assertThat(inbox.pollResult()).isEqualTo(new PublishInbox.ArrivedResult(BATCH, WRITTEN));
        assertThat(inbox.hasArrivals()).isFalse();
    }

    @Test
    void anArrivalCanBePolledWhenTheSignalRuns() {
        inbox.addOutcome(first, ACKNOWLEDGED);
        assertThat(arrivedBeforeSignal).isTrue();
        inbox.pollOutcome();

        inbox.addResult(BATCH, WRITTEN);
        assertThat(arrivedBeforeSignal).isTrue();
    }

    @Test
    void anUnblockedTypeRunsTheSignalAndIsPolledOnce() {
        inbox.addTypeToRetry("todo");

        assertThat(signals).isEqualTo(1);
        assertThat(inbox.pollTypeToRetry()).isEqualTo("todo");
        assertThat(inbox.pollTypeToRetry()).isNull();
    }

    @Test
    void wakeUpsRunOneSignalUntilTheyAreCleared() {
        inbox.wake(SHARD_3);
        inbox.wake(SHARD_5);
        assertThat(signals).isEqualTo(1);
        assertThat(inbox.wokenShards()).isEqualTo(SHARD_3 | SHARD_5);

        inbox.clearWoken(SHARD_3);
        inbox.wake(SHARD_3);
        assertThat(signals).as("signals while a shard is still woken").isEqualTo(1);

        inbox.clearWoken(SHARD_3 | SHARD_5);
        inbox.wake(SHARD_3);
        assertThat(signals).isEqualTo(2);
        assertThat(inbox.wokenShards()).isEqualTo(SHARD_3);
    }

    @Test
    void aWakeUpOfNoOwnedShardRunsNoSignal() {
        inbox.wake(0);

        assertThat(signals).isZero();
        assertThat(inbox.wokenShards()).isZero();
    }

    @Test
    void theLastRequestedPausesReplaceTheOthers() {
        Set<String> types = new HashSet<>(Set.of("todo"));
        inbox.requestPauses(Set.of("user"));
        inbox.requestPauses(types);
        types.clear();

        assertThat(inbox.requestedPauses()).containsExactly("todo");
        assertThat(signals).isEqualTo(2);
    }

    private void recordSignal() {
        signals++;
        arrivedBeforeSignal = inbox.hasArrivals();
    }

    private static OutboxRow row(int n) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(1, "todo", "a" + n), 1, new UUID(0, n), "todo.updated", json, json, NOW, 0, null, NOW, 0);
    }
}
