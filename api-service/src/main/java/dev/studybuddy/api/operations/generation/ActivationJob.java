package dev.studybuddy.api.operations.generation;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobFailedException;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.operations.verify.SampledVerify;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Activates a generation when it is ready. A ready generation has applied the records that were on the topics when this
 * job began, and those that were on the topics two to five seconds ago. In addition, a sampled verify of it finds no
 * drift. The lag is measured in time, because under a steady load some records always wait to be applied. The job
 * aborts the generation if its topics are not the present ones, or if its backup job ended without emitting all
 * snapshots. The job fails if the generation is broken.
 */
@Component
final class ActivationJob implements JobHandler {

    static final String KIND = "activation";

    private static final Logger LOG = LoggerFactory.getLogger(ActivationJob.class);

    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration WAIT_AFTER_DRIFT = Duration.ofSeconds(5);
    private static final Duration MIN_AGE_OF_ENDS = Duration.ofSeconds(2);
    private static final Duration MAX_AGE_OF_ENDS = Duration.ofSeconds(5);
    private static final int SAMPLE_SIZE = 100;

    /** The search for unpublished snapshots has no limit, because no request waits for the job. */
    private static final Duration SEARCH_LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    private static final TypeReference<Map<String, Long>> OFFSETS = new TypeReference<>() {};

    /**
     * This record documents the fields of a job's answer.
     *
     * @param activated the generation, after the job activated it
     * @param sample the differences that the last sampled verify found, if it found any
     * @param superseded true if the generation was aborted or activated by other means
     */
    record ActivationResult(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Integer activated,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            String sample,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Boolean superseded) {}

    private final GenerationCommands commands;
    private final TopicPreconditions topics;
    private final GenerationProgress progress;
    private final SampledVerify verify;
    private final RequiredSnapshots snapshots;
    private final JsonMapper json;

    ActivationJob(
            GenerationCommands commands,
            TopicPreconditions topics,
            GenerationProgress progress,
            SampledVerify verify,
            RequiredSnapshots snapshots,
            JsonMapper json) {
        this.commands = commands;
        this.topics = topics;
        this.progress = progress;
        this.verify = verify;
        this.snapshots = snapshots;
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * Returns one kind per read model, so that an activation does not wait for the activation of another read model.
     */
    @Override
    public Set<String> kinds() {
        return commands.models().stream().map(ActivationJob::kind).collect(Collectors.toSet());
    }

    /** Returns the job kind of a read model's activations. */
    static String kind(String model) {
        return model.equals(Names.STUDY) ? KIND : KIND + '/' + model;
    }

    /** Returns the settings of an activation job. */
    static Map<String, String> settings(String model) {
        return Map.of("model", model);
    }

    @Override
    public Optional<Class<? extends Record>> resultType() {
        return Optional.of(ActivationResult.class);
    }

    @Override
    public void run(JobContext job) {
        String model = job.settings().path("model").asString(Names.STUDY);
        int generation = Integer.parseInt(job.subject());
        if (!awaitSnapshots(model, generation, job)) {
            commands.abort(model, generation, "its backup job did not emit all snapshots");
            return;
        }
        Map<String, Long> targets;
        String cursor = job.cursor();
        if (cursor == null) {
            targets = progress.endOffsets(commands.readRecord(model).readsOf(generation));
            job.recordProgress(json.writeValueAsString(targets), 0, sum(targets));
        } else {
            targets = json.readValue(cursor, OFFSETS);
        }
        RecentEndOffsets recentEndOffsets = new RecentEndOffsets(MIN_AGE_OF_ENDS, MAX_AGE_OF_ENDS);
        while (isBuilding(commands.readRecord(model), generation)) {
            GenerationRecord current = commands.readRecord(model);
            // A generation whose topics were replaced may never catch up, and its sample may always differ.
            if (abortIfReplaced(current, generation)) {
                return;
            }
            Map<String, Long> done = progress.appliedOffsets(current, generation);
            long missing = GenerationProgress.lag(done, targets);
            job.recordProgress(job.cursor(), sum(targets) - missing, sum(targets));
            job.reportWait(describePause(current));
            Map<String, Long> recent = recentEndOffsets.find(job.clock().nanos());
            if (missing == 0 && recent != null && GenerationProgress.hasReached(done, recent)) {
                List<String> differences = sample(current, generation, job);
                GenerationRecord record = commands.readRecord(model);
                job.checkpoint();
                if (differences.isEmpty() && isBuilding(record, generation)) {
                    if (abortIfReplaced(record, generation)) {
                        return;
                    }
                    commands.activate(record, generation);
                    job.result().put("activated", generation);
                    job.recordProgress(job.cursor(), job.done(), job.total());
                    return;
                }
                job.result().put("sample", String.join(", ", differences));
                job.recordProgress(job.cursor(), job.done(), job.total());
                job.waitFor(WAIT_AFTER_DRIFT);
            } else {
                long nowNanos = job.clock().nanos();
                recentEndOffsets.record(progress.endOffsets(current.readsOf(generation)), nowNanos);
                job.waitFor(POLL_INTERVAL);
            }
        }
        if (commands.readRecord(model).stateOf(generation) == GenerationState.BROKEN) {
            throw new JobFailedException("The generation is broken, so it cannot be activated. Start a rebuild.");
        }
        job.result().put("superseded", true);
        job.recordProgress(job.cursor(), job.done(), job.total());
    }

    /** Aborts a building generation whose topics are not the present ones, and returns whether it did. */
    private boolean abortIfReplaced(GenerationRecord record, int generation) {
        if (!isBuilding(record, generation)) {
            return false;
        }
        Generation building = requireNonNull(record.generations().get(generation));
        List<String> replacements = topics.findReplacements(building);
        if (replacements.isEmpty()) {
            return false;
        }
        String reason = "its topics are not the present ones: " + String.join("; ", replacements);
        commands.abort(record.model(), generation, reason);
        return true;
    }

    /** Returns the differences that a sampled verify of a generation finds. */
    private List<String> sample(GenerationRecord record, int generation, JobContext job) {
        long startedNanos = job.clock().nanos();
        List<String> differences = verify.findDifferences(record, generation, SAMPLE_SIZE, job);
        LOG.atInfo()
                .addKeyValue("model", record.model())
                .addKeyValue("generation", generation)
                .addKeyValue("millis", (job.clock().nanos() - startedNanos) / 1_000_000)
                .addKeyValue("differences", differences)
                .log("The sampled verify of a building generation ended; the job activates the generation if there is"
                        + " no difference, and otherwise repeats the verify");
        return differences;
    }

    /**
     * Waits until the snapshots that this generation requires are on the topics. Returns false if its backup job ended
     * without emitting all of them, and true at once if the generation requires none or is no longer building.
     */
    private boolean awaitSnapshots(String model, int generation, JobContext job) {
        GenerationRecord record = commands.readRecord(model);
        while (isBuilding(record, generation)) {
            Generation building = requireNonNull(record.generations().get(generation));
            snapshots.queueIfMissing(model, building);
            RequiredSnapshots.State state = snapshots.state(model, building, SEARCH_LIMIT);
            switch (state) {
                case COMPLETE, FAILED -> {
                    job.reportWait(null);
                    return state == RequiredSnapshots.State.COMPLETE;
                }
                case PENDING ->
                    job.reportWait(
                            "The generation requires snapshots, and some of them are not on the topics. Wait for the"
                                    + " backup job and the publishers, and retry or discard each dead-lettered"
                                    + " snapshot.");
                case UNKNOWN ->
                    job.reportWait("The generation requires snapshots, and the search for those that are not on the"
                            + " topics took too long. The job repeats the search.");
            }
            job.waitFor(POLL_INTERVAL);
            record = commands.readRecord(model);
        }
        return true;
    }

    private static @Nullable String describePause(GenerationRecord record) {
        return record.isPaused()
                ? "Read model " + record.model()
                        + " is paused, so the generation does not catch up. Resume it with POST"
                        + " /api/admin/projections/resume."
                : null;
    }

    private static boolean isBuilding(GenerationRecord record, int generation) {
        return record.building() != null
                && record.building() == generation
                && record.stateOf(generation) != GenerationState.BROKEN;
    }

    private static long sum(Map<String, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
}
