package dev.studybuddy.publisher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TopicMonitorTest {

    private static final int PARTITIONS = 12;
    /**
     * The publisher waits for the topics of 1 000 types. The listed type is one of them, so this many others remain.
     */
    private static final int WAITING_TYPES = 999;

    private static final int SURPLUS_TYPES = 1000;

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
        assertThat(monitor.state("user"))
                .isInstanceOfSatisfying(
                        TopicState.Blocked.class,
                        blocked ->
                                assertThat(blocked.reason()).contains("user.v1").contains("no leader"));
        runRound(monitor);
        assertThat(monitor.state("user")).isInstanceOf(TopicState.Blocked.class);

        admin.leaderCalls.getLast().complete(null);
        runRound(monitor);
        assertThat(monitor.state("user")).isEqualTo(new TopicState.Ready());
        assertThat(ready).containsExactly("user");
    }

    @Test
    void aTypeWithATopicIsServedAlthoughAThousandTypesHaveNone() {
        admin.add("todo.v1");
        admin.add("correct.v1");
        TopicMonitor monitor = monitor("todo");
        monitor.monitorListedTypes();
        request(monitor, "wrong", WAITING_TYPES);

        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Unchecked());
        runRound(monitor);

        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Ready());
        assertThat(monitor.findImpossibility("wrong0")).isEmpty();
        assertThat(monitor.state("wrong0")).isInstanceOf(TopicState.Blocked.class);
    }

    @Test
    void aTypeWithATopicIsServedAfterAnyNumberOfWrongTypes() {
        admin.add("correct.v1");
        TopicMonitor monitor = monitor("todo");
        monitor.monitorListedTypes();
        request(monitor, "wrong", WAITING_TYPES);
        for (int group = 0; group < 5; group++) {
            request(monitor, "more" + group + "-", WAITING_TYPES);
        }

        assertThat(monitor.findImpossibility("correct")).isEmpty();
        monitor.state("correct");
        runRound(monitor);
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Ready());
        assertThat(admin.mostDescribed)
                .as("topics in one call, with dead-letter topics")
                .isLessThanOrEqualTo(4_000);
    }

    @Test
    void aFurtherTypeWithoutATopicIsRefusedAndItsTopicIsNotCreated() {
        TopicMonitor monitor = monitor(true, "todo");
        monitor.monitorListedTypes();
        IntStream.range(0, WAITING_TYPES).forEach(n -> monitor.state("other" + n));
        assertThat(monitor.findImpossibility("further")).as("before the check").isEmpty();
        monitor.state("further");
        runRound(monitor);

        assertThat(monitor.findImpossibility("further").orElseThrow()).contains("further.v1", "1000");
        assertThat(admin.existing).contains("other0.v1").doesNotContain("further.v1");

        admin.add("further.v1");
        runRound(monitor);
        assertThat(monitor.findImpossibility("further")).isEmpty();
        assertThat(monitor.state("further")).isEqualTo(new TopicState.Ready());
    }

    @Test
    void aTypeIsNotRefusedBeforeACheckHasDecidedAboutOthers() {
        admin.add("correct.v1");
        TopicMonitor monitor = monitor("todo");
        monitor.monitorListedTypes();
        requestWithoutCheck(monitor, "wrong", WAITING_TYPES + SURPLUS_TYPES);

        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Unchecked());
        runRound(monitor);
        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).as("a refused type is replaced").isEqualTo(new TopicState.Unchecked());

        runRound(monitor);
        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Ready());
    }

    @Test
    void atMostAThousandTypesWaitForTheDecisionAboutOthers() {
        TopicMonitor monitor = monitor("todo");
        monitor.monitorListedTypes();
        requestWithoutCheck(monitor, "wrong", WAITING_TYPES + 2 * SURPLUS_TYPES);

        String last = "wrong" + (WAITING_TYPES + 2 * SURPLUS_TYPES - 1);
        assertThat(monitor.findImpossibility(last)).isEmpty();
        assertThat(monitor.findImpossibility("further").orElseThrow()).contains("further.v1", "not checked");

        runRound(monitor);
        assertThat(monitor.findImpossibility("further")).isEmpty();
    }

    @Test
    void typesThatNoLongerWaitTakeNoRoomFromOtherTypes() {
        admin.add("correct.v1");
        TopicMonitor monitor = monitor("todo");
        monitor.monitorListedTypes();
        requestWithoutCheck(monitor, "wrong", WAITING_TYPES + 2 * SURPLUS_TYPES);
        runRound(monitor);
        requestWithoutCheck(monitor, "more", SURPLUS_TYPES);

        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Unchecked());
        runRound(monitor);
        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).as("a refused type is replaced").isEqualTo(new TopicState.Unchecked());

        runRound(monitor);
        assertThat(monitor.findImpossibility("correct")).isEmpty();
        assertThat(monitor.state("correct")).isEqualTo(new TopicState.Ready());
    }

    /** Requests the states of several types as the sender does, and checks their topics. */
    private void request(TopicMonitor monitor, String prefix, int count) {
        requestWithoutCheck(monitor, prefix, count);
        runRound(monitor);
    }

    private static void requestWithoutCheck(TopicMonitor monitor, String prefix, int count) {
        for (int n = 0; n < count; n++) {
            if (monitor.findImpossibility(prefix + n).isEmpty()) {
                monitor.state(prefix + n);
            }
        }
    }

    private void runRound(TopicMonitor monitor) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        monitor.check();
    }

    private TopicMonitor monitor(String... types) {
        return monitor(false, types);
    }

    private TopicMonitor monitor(boolean createUnlisted, String... types) {
        TopicSettings settings = new TopicSettings(
                "{type}.v1", List.of(types), PARTITIONS, true, createUnlisted, (short) 1, 1, Duration.ofDays(7));
        return new TopicMonitor(settings, admin, ready::add, () -> {}, nanos::get);
    }
}
