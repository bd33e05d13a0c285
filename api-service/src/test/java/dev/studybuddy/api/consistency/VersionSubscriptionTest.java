package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.sse.EventSource;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VersionSubscriptionTest {

    private final VersionSubscription subscription = new VersionSubscription(null, UUID.randomUUID());

    @Test
    void aSubscriptionReportsAVersionOnceTheReadModelShowsIt() throws Exception {
        AggregateVersion third = new AggregateVersion(AggregateType.TODO, "a", 3);
        subscription.add(List.of(third));
        subscription.report(subscription.pending());

        assertThat(subscription.next(Duration.ZERO)).isEqualTo(new EventSource.Event<>(third));
        assertThat(subscription.next(Duration.ZERO)).isNull();
        assertThat(subscription.pending()).isEmpty();
    }

    @Test
    void tooManyPendingVersionsEndASubscription() throws Exception {
        subscription.add(IntStream.rangeClosed(0, VersionSubscription.MAX_PENDING)
                .mapToObj(number -> new AggregateVersion(AggregateType.TODO, "todo-" + number, 1))
                .toList());
        assertThat(subscription.next(Duration.ZERO)).isInstanceOf(EventSource.End.class);

        subscription.add(List.of(new AggregateVersion(AggregateType.TODO, "later", 1)));
        assertThat(subscription.pending()).isEmpty();
    }
}
