package dev.studybuddy.projector;

import dev.studybuddy.projector.consume.BatchLimits;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The projector's settings.
 *
 * @param topicPrefix topics are {@code <prefix><type>.v1}
 * @param groupPrefix groups are {@code <prefix><model>-g<generation>}
 * @param topicPartitions what a topic's count must be
 */
@Validated
@ConfigurationProperties("studybuddy")
public record ProjectorProperties(
        @NotBlank @DefaultValue("studybuddy.") String topicPrefix,
        @NotBlank @DefaultValue("mongo-projector-") String groupPrefix,
        @Min(1) @Max(1000) @DefaultValue("12") int topicPartitions,
        @Valid @NotNull @DefaultValue Projector projector) {

    /**
     * The projector's own.
     *
     * @param models the read models that this instance serves, by name; all where none is named
     * @param groupProtocol {@code consumer} (KIP-848), or {@code classic} for brokers without it
     * @param batchRecords records of one batch, at most
     * @param batchBytes keys and values of one batch, at most
     * @param workers partitions of one generation that are worked on at a time
     * @param watchEvery how often the generations' records are read
     * @param topicsEvery how often topics are looked at
     * @param liveDelay a rebuild waits while live events of this instance are later than that
     * @param keepPrevious how long a replaced generation is kept up
     * @param dropAfter how long a collection must be unlisted before it is dropped; longer than a request and a batch
     */
    public record Projector(
            @NotNull @DefaultValue List<String> models,
            @NotNull @DefaultValue("consumer") GroupProtocol groupProtocol,
            @Min(1) @Max(10_000) @DefaultValue("5000") int batchRecords,

            @Min(1000) @Max(4_000_000) @DefaultValue("4000000")
            long batchBytes,

            @Min(1) @Max(64) @DefaultValue("4") int workers,
            @NotNull @DefaultValue("1s") Duration watchEvery,
            @NotNull @DefaultValue("5s") Duration topicsEvery,
            @NotNull @DefaultValue("5s") Duration liveDelay,
            @NotNull @DefaultValue("24h") Duration keepPrevious,
            @NotNull @DefaultValue("2m") Duration dropAfter) {

        public Projector {
            models = List.copyOf(models);
            if (watchEvery.toMillis() < 50) {
                throw new IllegalArgumentException(
                        "studybuddy.projector.watch-every is " + watchEvery + "; at least 50 ms are allowed");
            }
            if (dropAfter.compareTo(watchEvery.multipliedBy(2)) < 0) {
                throw new IllegalArgumentException("studybuddy.projector.drop-after is " + dropAfter
                        + "; it must be at least twice studybuddy.projector.watch-every, " + watchEvery);
            }
        }

        /** A batch's limits. */
        public BatchLimits batch() {
            return new BatchLimits(batchRecords, batchBytes);
        }
    }

    /** How consumers of a group agree. */
    public enum GroupProtocol {
        CONSUMER,
        CLASSIC
    }
}
