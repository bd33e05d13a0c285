package dev.studybuddy.api.operations.generation;

import com.mongodb.MongoException;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Exports the progress of rebuilds as gauges, and whether they have caught up. It also queues the jobs that a rebuild
 * lacks: the activation of a rebuild that a new projection version started, and the jobs of a rebuild whose instance
 * crashed before it queued them.
 */
@Component
final class RebuildMonitor extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildMonitor.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** The request that starts a rebuild queues its jobs within this time. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final GenerationCommands commands;
    private final GenerationProgress progress;
    private final RequiredSnapshots snapshots;
    private final Jobs jobs;
    private final RebuildMetrics metrics;
    private final Clock clock;
    private final MonotonicClock monotonicClock;
    private final Map<String, RecentEndOffsets> recentEndOffsets = new HashMap<>();

    RebuildMonitor(
            GenerationCommands commands,
            GenerationProgress progress,
            RequiredSnapshots snapshots,
            Jobs jobs,
            RebuildMetrics metrics,
            Clock clock,
            MonotonicClock monotonicClock) {
        super("rebuild-monitor", PERIOD);
        this.commands = commands;
        this.progress = progress;
        this.snapshots = snapshots;
        this.jobs = jobs;
        this.metrics = metrics;
        this.clock = clock;
        this.monotonicClock = monotonicClock;
    }

    @Override
    protected void runRound() {
        Map<String, Double> ratios = new TreeMap<>();
        Map<String, Integer> caughtUp = new TreeMap<>();
        try {
            for (GenerationRecord record : commands.readAllRecords()) {
                Integer building = record.building();
                if (building == null) {
                    ratios.put(record.model(), 1.0);
                    caughtUp.put(record.model(), 0);
                } else {
                    Double ratio = ratio(progress.measure(record, building));
                    if (ratio != null) {
                        ratios.put(record.model(), ratio);
                    }
                    queueMissingJobs(record, building);
                    Boolean reached = hasReachedRecentEnds(record, building);
                    if (reached != null) {
                        caughtUp.put(record.model(), reached ? 1 : 0);
                    }
                }
            }
        } catch (MongoException | DataAccessException | KafkaException unavailable) {
            LOG.debug("A server did not answer; the rebuild gauges keep their values for up to a minute", unavailable);
            if (metrics.areValid()) {
                return;
            }
        }
        metrics.update(ratios, caughtUp);
    }

    /**
     * Returns whether the generation has reached end offsets that an earlier round recorded a few seconds ago; null if
     * there are none or the generation is broken.
     */
    private @Nullable Boolean hasReachedRecentEnds(GenerationRecord record, int building) {
        RecentEndOffsets recent = recentEndOffsets.computeIfAbsent(
                record.model(), any -> new RecentEndOffsets(PERIOD.dividedBy(2), PERIOD.multipliedBy(2)));
        Map<String, Long> done = progress.appliedOffsets(record, building);
        long nowNanos = monotonicClock.nanos();
        Map<String, Long> ends = recent.find(nowNanos);
        recent.record(progress.endOffsets(record.readsOf(building)), nowNanos);
        if (ends == null || record.stateOf(building) == GenerationState.BROKEN) {
            return null;
        }
        return GenerationProgress.hasReached(done, ends);
    }

    private static @Nullable Double ratio(GenerationProgress.Measurement measurement) {
        Long total = measurement.total();
        return total == null || measurement.lag() == null
                ? null
                : Double.valueOf(total == 0 ? 1 : 1 - measurement.lag() / (double) total);
    }

    private void queueMissingJobs(GenerationRecord record, int building) {
        Generation started = record.generations().get(building);
        String kind = ActivationJob.kind(record.model());
        String subject = String.valueOf(building);
        if (started == null
                || started.end() != null
                || started.startedAt().plus(GRACE).isAfter(clock.instant())) {
            return;
        }
        snapshots.queueIfMissing(record.model(), started);
        if (!started.manual() && needsActivation(jobs.findNewest(kind, subject))) {
            jobs.submit(kind, subject, ActivationJob.settings(record.model()));
        }
    }

    /**
     * Returns whether another activation of a building generation must be queued. An activation that an operator
     * cancelled stays cancelled: the operator activates the generation later, or aborts it.
     *
     * @param newest the generation's newest activation, if there was one
     */
    static boolean needsActivation(Optional<Job> newest) {
        return newest.isEmpty()
                || switch (newest.get().state()) {
                    case QUEUED, RUNNING, CANCELLED -> false;
                    case DONE, FAILED -> true;
                };
    }
}
