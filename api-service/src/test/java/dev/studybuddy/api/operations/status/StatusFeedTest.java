package dev.studybuddy.api.operations.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.sse.EventSource;
import dev.studybuddy.api.sse.StreamProperties;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusFeedTest {

    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final AtomicInteger samples = new AtomicInteger();
    private final Caller anna = new Caller(UUID.randomUUID(), Set.of(Role.ADMIN));
    private final Caller ben = new Caller(UUID.randomUUID(), Set.of(Role.OPERATOR_READ));
    private final StatusFeed feed = new StatusFeed(
            () -> "{\"sample\":" + samples.incrementAndGet() + '}',
            new ConsoleProperties(INTERVAL, 3),
            new StreamProperties(500, 2, Duration.ofSeconds(10), Duration.ofMinutes(5)),
            MonotonicClock.SYSTEM);

    @BeforeEach
    void start() {
        feed.start();
    }

    @AfterEach
    void stop() {
        feed.stop();
    }

    @Test
    void aClientThatReadsNothingForATimeReceivesTheNewestStatus() throws Exception {
        try (StatusSubscription slow = feed.open(anna)) {
            awaitSamples(20);
            int before = samples.get();
            EventSource.Notice<String> next = slow.next(TIMEOUT);

            assertThat(next).isInstanceOf(EventSource.Event.class);
            assertThat(numberOf(next)).isGreaterThanOrEqualTo(before - 1);
        }
    }

    @Test
    void theStopOfTheServiceEndsEachStream() throws Exception {
        try (StatusSubscription one = feed.open(anna);
                StatusSubscription other = feed.open(ben)) {
            feed.stop();
            assertThat(one.next(TIMEOUT)).isInstanceOf(EventSource.End.class);
            assertThat(other.next(TIMEOUT)).isInstanceOf(EventSource.End.class);
            assertThat(one.next(Duration.ZERO)).isNull();
        }
        assertThatThrownBy(() -> feed.open(anna)).isInstanceOf(ProblemException.class);
    }

    @Test
    void aThreadOfTheFeedThatEndsByAnErrorIsReported() {
        StatusFeed broken = new StatusFeed(
                () -> {
                    throw new AssertionError("a class is missing");
                },
                new ConsoleProperties(INTERVAL, 3),
                new StreamProperties(500, 2, Duration.ofSeconds(10), Duration.ofMinutes(5)),
                MonotonicClock.SYSTEM);
        broken.start();
        try (StatusSubscription open = broken.open(anna)) {
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> broken.loops().getFirst().hasEndedUnexpectedly());
            assertThat(open.caller()).isEqualTo(anna.id());
        } finally {
            broken.stop();
        }
    }

    @Test
    void noSampleIsTakenWhileNoStreamIsOpen() {
        feed.open(anna).close();
        Awaitility.await()
                .pollInterval(INTERVAL.multipliedBy(10))
                .atMost(TIMEOUT)
                .until(samples::get, new StableValue()::isStable);
    }

    @Test
    void tooManyStreamsAreRejectedAndAClosedOneFreesItsPlace() {
        StatusSubscription first = feed.open(anna);
        feed.open(anna);
        assertThatThrownBy(() -> feed.open(anna)).isInstanceOf(ProblemException.class);
        feed.open(ben);
        assertThatThrownBy(() -> feed.open(ben)).isInstanceOf(ProblemException.class);

        first.close();
        first.close();
        feed.open(ben);
    }

    private void awaitSamples(int number) {
        Awaitility.await().pollInterval(INTERVAL).atMost(TIMEOUT).until(() -> samples.get() >= number);
    }

    private static int numberOf(EventSource.Notice<String> notice) {
        return notice instanceof EventSource.Event<String> event
                ? Integer.parseInt(event.content().replaceAll("\\D", ""))
                : -1;
    }

    /** Compares each value with the one before. */
    private static final class StableValue {

        private int last = -1;

        boolean isStable(int value) {
            boolean stable = value == last;
            last = value;
            return stable;
        }
    }
}
