package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.sse.EventSource;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VersionWatchTest {

    private final VersionWatch watch = new VersionWatch(null, UUID.randomUUID());

    @Test
    void aWatchReportsAVersionOnceTheReadModelShowsIt() throws Exception {
        AggregateVersion third = new AggregateVersion(AggregateType.TODO, "a", 3);
        watch.add(List.of(third));
        watch.show(watch.pending());

        assertThat(watch.next(Duration.ZERO)).isEqualTo(new EventSource.Event<>(third));
        assertThat(watch.next(Duration.ZERO)).isNull();
        assertThat(watch.pending()).isEmpty();
    }

    @Test
    void aWatchThatEndedWaitsForNothing() throws Exception {
        watch.add(IntStream.rangeClosed(0, VersionWatch.MAX_PENDING)
                .mapToObj(number -> new AggregateVersion(AggregateType.TODO, "todo-" + number, 1))
                .toList());
        assertThat(watch.next(Duration.ZERO)).isInstanceOf(EventSource.End.class);

        watch.add(List.of(new AggregateVersion(AggregateType.TODO, "later", 1)));
        assertThat(watch.pending()).isEmpty();
    }
}
