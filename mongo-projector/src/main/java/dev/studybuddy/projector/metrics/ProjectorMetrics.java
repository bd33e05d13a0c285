package dev.studybuddy.projector.metrics;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.decode.DeadLetterReason;
import dev.studybuddy.projector.journal.PlanFailure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** This class holds the metrics of batches and of dead letters. */
@Component
public final class ProjectorMetrics {

    private final MeterRegistry registry;
    private final AtomicLong copiesWaiting = new AtomicLong();
    private final Counter refusedDeadLetters;

    /** This map holds the metrics of each generation, by its tags. The monitor of this object guards it. */
    private final Map<Tags, Set<Meter>> ofGenerations = new HashMap<>();

    /** Creates the metrics that exist from the start. */
    public ProjectorMetrics(MeterRegistry registry, ProjectorProperties properties) {
        this.registry = registry;
        // A counter that exists from the start shows its first dead letter as an increase.
        for (AggregateType type : AggregateType.values()) {
            String topic = type.topic(properties.topicPrefix());
            DeadLetterReason.codes().forEach(reason -> deadLetters(topic, reason));
            PlanFailure.codes().forEach(reason -> deadLetters(topic, reason));
        }
        refusedDeadLetters = Counter.builder("projector_dead_letters_refused")
                .description(
                        "This counter counts the dead letters that MongoDB permanently refused. Only the topics hold"
                                + " their records.")
                .register(registry);
        Gauge.builder("projector_dead_letter_copies_waiting", copiesWaiting, AtomicLong::doubleValue)
                .description(
                        "This gauge counts the dead letters in MongoDB without a copy on their dead-letter topics, at most 10 000.")
                .register(registry);
    }

    /** Returns the metrics of one topic in one generation. */
    public synchronized TopicMetrics of(String model, int generation, String topic) {
        Tags ofGeneration = tagsOf(model, generation);
        Tags tags = ofGeneration.and("topic", topic);
        TopicMetrics metrics = new TopicMetrics(
                Counter.builder("projector_events")
                        .description("This counter counts the records of applied batches.")
                        .tags(tags)
                        .register(registry),
                Counter.builder("projector_decoded_records")
                        .description(
                                "This counter counts the decoded records. A record that is decoded again counts again.")
                        .tags(tags)
                        .register(registry),
                Counter.builder("projector_planned_records")
                        .description(
                                "This counter counts the records that were offered to the plan of a batch. A record"
                                        + " that does not fit into a batch is offered to the next one too and counts"
                                        + " again.")
                        .tags(tags)
                        .register(registry),
                Timer.builder("projector_batch")
                        .description("This timer measures the duration of a batch from its plan to its last write.")
                        .publishPercentileHistogram()
                        .tags(ofGeneration)
                        .register(registry),
                Timer.builder("projector_end_to_end")
                        .description("This timer measures the time from the creation of an event until the batch that"
                                + " contains its record is applied.")
                        .publishPercentileHistogram()
                        .maximumExpectedValue(Duration.ofMinutes(1))
                        .tags(ofGeneration)
                        .register(registry));
        ofGenerations
                .computeIfAbsent(ofGeneration, any -> new HashSet<>())
                .addAll(List.of(
                        metrics.events(), metrics.decoded(), metrics.planned(), metrics.batch(), metrics.endToEnd()));
        return metrics;
    }

    /** Removes the metrics of all topics in a generation that this instance no longer serves. */
    public synchronized void removeGeneration(String model, int generation) {
        Set<Meter> metrics = ofGenerations.remove(tagsOf(model, generation));
        if (metrics != null) {
            metrics.forEach(registry::remove);
        }
    }

    private static Tags tagsOf(String model, int generation) {
        return Tags.of("model", model, "generation", String.valueOf(generation));
    }

    /** Sets the number of dead letters that wait for their copy. */
    public void setCopiesWaiting(long count) {
        copiesWaiting.set(count);
    }

    /** Counts a new dead letter of a topic. */
    public void countDeadLetter(String topic, String reason) {
        deadLetters(topic, reason).increment();
    }

    /** Counts a dead letter that MongoDB permanently refused even without its value. */
    public void countRefusedDeadLetter() {
        refusedDeadLetters.increment();
    }

    private Counter deadLetters(String topic, String reason) {
        return Counter.builder("projector_dead_letters")
                .tags("topic", topic, "reason", reason)
                .register(registry);
    }

    /**
     * These are the metrics of one topic in one generation. All topics of the generation share the two timers.
     *
     * @param events the number of records of applied batches
     * @param decoded the number of decoded records
     * @param planned the number of records that were offered to a plan
     * @param batch the duration of a batch
     * @param endToEnd the time from an event's creation until the batch that contains its record is applied, at most a
     *     day
     */
    public record TopicMetrics(Counter events, Counter decoded, Counter planned, Timer batch, Timer endToEnd) {}
}
