package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/**
 * Holds the writes that MongoDB refuses now, at most one for each partition, and publishes for how long each partition
 * has waited. They show an operator which document stops a partition.
 */
@Component
public final class RefusedWrites {

    private final MultiGauge gauge;
    private final MonotonicClock clock;
    private final Map<Partition, Refusal> refusals = new ConcurrentHashMap<>();

    RefusedWrites(MeterRegistry registry, MonotonicClock clock) {
        this.gauge = MultiGauge.builder("projector_refused_write_seconds")
                .description("The time for which a partition has waited because MongoDB refuses a write of a document")
                .register(registry);
        this.clock = clock;
    }

    /** Identifies a partition of one generation, such as {@code study-g1}. */
    record Partition(String generation, TopicPartition partition) {}

    private record Refusal(String collection, String documentId, int code, long sinceNanos) {}

    /** Records that a partition waits because of a refused write. The time counts from the first refusal in a row. */
    void record(Partition partition, TemporaryRefusalException refused) {
        refusals.compute(
                partition,
                (any, before) -> new Refusal(
                        refused.collection(),
                        refused.documentId(),
                        refused.code(),
                        before == null ? clock.nanos() : before.sinceNanos()));
        publish();
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(Partition partition) {
        if (refusals.remove(partition) != null) {
            publish();
        }
    }

    /** Returns a sentence for each partition that waits. */
    public List<String> describe() {
        return refusals.entrySet().stream()
                .map(entry ->
                        entry.getKey().partition() + " of " + entry.getKey().generation() + " has waited "
                                + age(entry.getValue()).toSeconds() + " s, because MongoDB refuses a write of "
                                + entry.getValue().collection() + '/'
                                + entry.getValue().documentId() + " with code "
                                + entry.getValue().code() + '.')
                .sorted()
                .toList();
    }

    private Duration age(Refusal refusal) {
        return Duration.ofNanos(clock.nanos() - refusal.sinceNanos());
    }

    private synchronized void publish() {
        gauge.register(
                refusals.entrySet().stream()
                        .map(entry -> Row.of(
                                Tags.of(
                                        "generation",
                                        entry.getKey().generation(),
                                        "partition",
                                        entry.getKey().partition().toString(),
                                        "collection",
                                        entry.getValue().collection(),
                                        "document",
                                        entry.getValue().documentId(),
                                        "code",
                                        String.valueOf(entry.getValue().code())),
                                entry.getValue(),
                                refusal -> age(refusal).toMillis() / 1000.0))
                        .toList(),
                true);
    }
}
