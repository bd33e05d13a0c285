package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TopicMonitorTest {

    private static final int PARTITIONS = 12;

    private final StubTopicAdmin admin = new StubTopicAdmin(PARTITIONS);
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> ready = new ArrayList<>();

    @Test
    void aNewTopicWithoutALeaderDelaysNoOtherTopic() {
        admin.add("todo.v1");
        TopicMonitor monitor = monitor("todo", "user");
        monitor.monitorListedTypes();

        runRound(monitor);
        runRound(monitor);
        assertThat(admin.leaderCalls).as("calls after the topic was created").hasSize(1);
        assertThat(monitor.state("todo")).isEqualTo(new TopicState.Ready());
        assertThat(monitor.state("user")).isEqualTo(new TopicState.Unchecked());

        runRound(monitor);
        assertThat(admin.leaderCalls).as("calls while one has no answer").hasSize(1);
        assertThat(monitor.lastCompleteAnswerNanos()).hasValue(nanos.get());
    }

    @Test
    void aNewTopicWithoutALeaderIsBlockedUntilEachPartitionHasOne() {
        TopicMonitor monitor = monitor("user");
        monitor.monitorListedTypes();
        runRound(monitor);
        runRound(monitor);

        admin.leaderCalls.getLast().completeExceptionally(new TimeoutException("no leader"));
        runRound(monitor);
        assertThat(monitor.state("user")).isInstanceOfSatisfying(TopicState.Blocked.class, blocked -> assertThat(
                        blocked.reason())
                .contains("user.v1")
                .contains("no leader"));
        runRound(monitor);
        assertThat(monitor.state("user")).isInstanceOf(TopicState.Blocked.class);

        admin.leaderCalls.getLast().complete(null);
        runRound(monitor);
        assertThat(monitor.state("user")).isEqualTo(new TopicState.Ready());
        assertThat(ready).containsExactly("user");
    }

    private void runRound(TopicMonitor monitor) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        monitor.check();
    }

    private TopicMonitor monitor(String... types) {
        TopicSettings settings = new TopicSettings(
                "{type}.v1", List.of(types), PARTITIONS, true, false, (short) 1, 1, Duration.ofDays(7));
        return new TopicMonitor(settings, admin, ready::add, () -> {}, nanos::get);
    }
}
