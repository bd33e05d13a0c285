package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.operations.generation.ReadModelViews;
import dev.studybuddy.api.operations.health.PipelineHealth;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This record is the data of an event {@code status}. A value that could not be determined is null.
 *
 * @param at the time at which the status was built
 * @param health the report of {@code GET /api/health/sync}
 * @param projections the read models with their generations, as {@code GET /api/admin/projections} lists them
 * @param stuckEvents the number of stuck events, from a count that is at most 10 s old. The number 100 is a lower bound
 * @param throughput the rates since the previous sample
 */
record ConsoleStatus(
        Instant at,
        PipelineHealth health,
        @Nullable List<ReadModelViews.ReadModelView> projections,
        @Nullable Long stuckEvents,
        Throughput throughput) {

    /**
     * This record holds rates in records per second.
     *
     * @param publishedPerSecond the records that were added to the topics since the previous sample; null in the first
     *     sample, and if the partitions are unknown or have changed
     * @param appliedPerSecond the records that the active generation of each read model applied, by read model; a read
     *     model whose rate is unknown is absent
     */
    @Schema(name = "Throughput")
    record Throughput(@Nullable Double publishedPerSecond, Map<String, Double> appliedPerSecond) {}
}
