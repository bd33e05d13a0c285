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
 * @param at the time of the sample
 * @param health the report of {@code GET /api/health/sync}
 * @param projections the read models with their generations, as {@code GET /api/admin/projections} lists them
 * @param stuckEvents the number of stuck events, at most 10 s old, of which 100 is a lower bound
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
     * @param publishedPerSecond the records that publishers added to the topics; null in the first sample
     * @param appliedPerSecond the records that the active generation of each read model applied, by read model
     */
    @Schema(name = "Throughput")
    record Throughput(@Nullable Double publishedPerSecond, Map<String, Double> appliedPerSecond) {}
}
