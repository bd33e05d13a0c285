package dev.studybuddy.api.operations.status;

import com.mongodb.MongoException;
import dev.studybuddy.api.mongo.MongoUnavailableException;
import dev.studybuddy.api.operations.generation.ReadModelViews;
import dev.studybuddy.api.operations.health.PipelineHealth;
import dev.studybuddy.api.operations.lag.LastSample;
import dev.studybuddy.api.operations.outbox.StuckOrDeadLetteredEvents;
import dev.studybuddy.api.operations.pause.PauseSampler;
import dev.studybuddy.background.MonotonicClock;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Builds the status that the console shows from the last sample of the pipeline and from the progress of the
 * generations. It counts the stuck events only every ten seconds, because the count takes several statements. Only the
 * thread of the feed calls it.
 */
@Component
final class ConsoleStatusBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleStatusBuilder.class);
    private static final Duration STUCK_INTERVAL = Duration.ofSeconds(10);

    private final LastSample lastSample;
    private final PauseSampler pauses;
    private final ReadModelViews readModelViews;
    private final StuckOrDeadLetteredEvents events;
    private final Clock clock;
    private final MonotonicClock monotonicClock;

    private @Nullable Ends before;
    private @Nullable Long stuck;
    private long nextCountNanos;

    ConsoleStatusBuilder(
            LastSample lastSample,
            PauseSampler pauses,
            ReadModelViews readModelViews,
            StuckOrDeadLetteredEvents events,
            Clock clock,
            MonotonicClock monotonicClock) {
        this.lastSample = lastSample;
        this.pauses = pauses;
        this.readModelViews = readModelViews;
        this.events = events;
        this.clock = clock;
        this.monotonicClock = monotonicClock;
        this.nextCountNanos = monotonicClock.nanos();
    }

    /** This record holds the end offset of each partition that the consumer groups read, at one moment. */
    record Ends(Map<String, Long> byPartition, long readAtNanos) {

        static Ends of(PipelineHealth health, long nowNanos) {
            PipelineHealth.ConsumerLag lag = health.sync().consumerLag();
            return new Ends(
                    lag == null
                            ? Map.of()
                            : lag.partitions().stream()
                                    .collect(Collectors.toMap(
                                            partition -> partition.topic() + '/' + partition.partition(),
                                            PipelineHealth.Partition::end,
                                            Math::max)),
                    nowNanos);
        }

        /** Returns the records per second since earlier ends; null if the partitions are unknown or have changed. */
        @Nullable
        Double perSecondSince(@Nullable Ends earlier) {
            if (earlier == null
                    || byPartition.isEmpty()
                    || !byPartition.keySet().equals(earlier.byPartition.keySet())
                    || readAtNanos <= earlier.readAtNanos) {
                return null;
            }
            long records = byPartition.entrySet().stream()
                    .mapToLong(end ->
                            Math.max(0, end.getValue() - Objects.requireNonNull(earlier.byPartition.get(end.getKey()))))
                    .sum();
            return records * 1e9 / (readAtNanos - earlier.readAtNanos);
        }
    }

    /** Returns the present status. */
    ConsoleStatus build() {
        PipelineHealth health = PipelineHealth.of(lastSample.get(), pauses.last(), clock.instant());
        Ends ends = Ends.of(health, monotonicClock.nanos());
        Double published = ends.perSecondSince(before);
        before = ends;
        List<ReadModelViews.ReadModelView> models = findReadModels();
        return new ConsoleStatus(
                clock.instant(),
                health,
                models,
                countStuckEvents(),
                new ConsoleStatus.Throughput(published, appliedPerSecond(models)));
    }

    private @Nullable List<ReadModelViews.ReadModelView> findReadModels() {
        try {
            return readModelViews.findAll();
        } catch (MongoException | MongoUnavailableException unavailable) {
            LOG.debug("MongoDB did not answer; the status lacks the generations", unavailable);
            return null;
        }
    }

    private @Nullable Long countStuckEvents() {
        if (monotonicClock.nanos() - nextCountNanos >= 0) {
            nextCountNanos = monotonicClock.nanos() + STUCK_INTERVAL.toNanos();
            try {
                stuck = events.countStuck();
            } catch (DataAccessException | TransactionException unavailable) {
                LOG.debug("CockroachDB did not answer; the status lacks the stuck events", unavailable);
                stuck = null;
            }
        }
        return stuck;
    }

    private static Map<String, Double> appliedPerSecond(@Nullable List<ReadModelViews.ReadModelView> models) {
        Map<String, Double> rates = new TreeMap<>();
        for (ReadModelViews.ReadModelView model : models == null ? List.<ReadModelViews.ReadModelView>of() : models) {
            for (ReadModelViews.GenerationView generation : model.generations()) {
                Double perSecond = generation.perSecond();
                if (Integer.valueOf(generation.generation()).equals(model.active()) && perSecond != null) {
                    rates.put(model.model(), perSecond);
                }
            }
        }
        return rates;
    }
}
