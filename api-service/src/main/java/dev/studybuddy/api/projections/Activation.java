package dev.studybuddy.api.projections;

import dev.studybuddy.api.jobs.Job;
import dev.studybuddy.api.jobs.JobContext;
import dev.studybuddy.api.jobs.JobHandler;
import dev.studybuddy.api.jobs.JobState;
import dev.studybuddy.api.jobs.Jobs;
import dev.studybuddy.api.verify.Verify;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Activates a generation when it is ready: what was on the topics when this job began is applied, the lag is near zero,
 * and a sampled verify is clean.
 */
@Component
final class Activation implements JobHandler {

    static final String KIND = "activation";

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration AFTER_A_FINDING = Duration.ofSeconds(5);
    private static final int SAMPLE = 100;
    private static final TypeReference<Map<String, Long>> OFFSETS = new TypeReference<>() {};

    private final Projections projections;
    private final Progress progress;
    private final Verify verify;
    private final Jobs jobs;
    private final JsonMapper json;

    Activation(Projections projections, Progress progress, Verify verify, Jobs jobs, JsonMapper json) {
        this.projections = projections;
        this.progress = progress;
        this.verify = verify;
        this.jobs = jobs;
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    /** One read model doesn't wait for another's. */
    @Override
    public Set<String> kinds() {
        return projections.models().stream().map(Activation::kind).collect(Collectors.toSet());
    }

    /** The kind of a read model's activations. */
    static String kind(String model) {
        return model.equals(Names.STUDY) ? KIND : KIND + '/' + model;
    }

    /** What an activation is told. */
    static Map<String, String> settings(String model, String backup) {
        return Map.of("model", model, "backup", backup);
    }

    @Override
    public void run(JobContext job) {
        String model = job.settings().path("model").asString(Names.STUDY);
        int generation = Integer.parseInt(job.subject());
        if (!awaitSnapshots(job)) {
            projections.abort(model, generation, "its snapshots were not all emitted");
            return;
        }
        Map<String, Long> noted;
        String cursor = job.cursor();
        if (cursor == null) {
            noted = progress.ends(projections.record(model).reads());
            job.progress(json.writeValueAsString(noted), 0, total(noted));
        } else {
            noted = json.readValue(cursor, OFFSETS);
        }
        while (isBuilding(projections.record(model), generation)) {
            GenerationRecord seen = projections.record(model);
            Map<String, Long> done = progress.journals(seen, generation);
            long missing = Progress.behind(done, noted);
            job.progress(job.cursor(), total(noted) - missing, total(noted));
            if (missing == 0 && Progress.behind(done, progress.ends(seen.reads())) <= Projections.NEARLY) {
                List<String> found = verify.sample(seen, generation, SAMPLE, job);
                GenerationRecord record = projections.record(model);
                job.checkpoint();
                if (found.isEmpty() && isBuilding(record, generation)) {
                    projections.activate(record, generation);
                    job.result().put("activated", generation);
                    job.progress(job.cursor(), job.done(), job.total());
                    return;
                }
                job.result().put("sample", String.join(", ", found));
                job.pause(AFTER_A_FINDING);
            } else {
                job.pause(LOOK);
            }
        }
        job.result().put("superseded", true);
        job.progress(job.cursor(), job.done(), job.total());
    }

    /** Whether the snapshots that this generation is built from are all emitted, or none were asked for. */
    private boolean awaitSnapshots(JobContext job) {
        String backup = job.settings().path("backup").asString("");
        if (backup.isEmpty()) {
            return true;
        }
        while (true) {
            Optional<Job> found = jobs.find(UUID.fromString(backup));
            if (found.isEmpty() || found.get().state().finished()) {
                return found.filter(one -> one.state() == JobState.DONE).isPresent();
            }
            job.pause(LOOK);
        }
    }

    private static boolean isBuilding(GenerationRecord record, int generation) {
        return record.building() != null
                && record.building() == generation
                && !record.state(generation).equals("broken");
    }

    private static long total(Map<String, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }
}
