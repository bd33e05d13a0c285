package dev.studybuddy.api.projections;

import com.mongodb.MongoException;
import dev.studybuddy.api.jobs.Jobs;
import dev.studybuddy.api.lag.LagMetrics;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Shows how far a rebuild is, and sees to it that one that nobody watches (a new version's) is activated too. */
@Component
final class RebuildWatch {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildWatch.class);

    /** By then whoever began it has queued its activation. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Projections projections;
    private final Progress progress;
    private final Jobs jobs;
    private final LagMetrics metrics;
    private final Clock clock;

    RebuildWatch(Projections projections, Progress progress, Jobs jobs, LagMetrics metrics, Clock clock) {
        this.projections = projections;
        this.progress = progress;
        this.jobs = jobs;
        this.metrics = metrics;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 5_000, fixedDelay = 5_000)
    void look() {
        Map<String, Double> ratios = new TreeMap<>();
        try {
            for (GenerationRecord record : projections.all()) {
                Integer building = record.building();
                if (building != null) {
                    Double ratio = ratio(progress.of(record, building));
                    if (ratio != null) {
                        ratios.put(record.model(), ratio);
                    }
                    resumeWhereNobodyWatches(record, building);
                }
            }
        } catch (MongoException | DataAccessException away) {
            LOG.debug("How far a rebuild is can't be asked now", away);
        }
        metrics.showRebuilds(ratios);
    }

    private static @Nullable Double ratio(Progress.State state) {
        Long total = state.total();
        return total == null || state.lag() == null
                ? null
                : Double.valueOf(total == 0 ? 1 : 1 - state.lag() / (double) total);
    }

    private void resumeWhereNobodyWatches(GenerationRecord record, int building) {
        Generation one = record.generations().get(building);
        String kind = Activation.kind(record.model());
        String subject = String.valueOf(building);
        if (one != null
                && !one.manual()
                && one.end() == null
                && one.startedAt().plus(GRACE).isBefore(clock.instant())
                && jobs.unfinished(kind).stream().noneMatch(job -> job.subject().equals(subject))) {
            resume(record.model(), kind, subject);
        }
    }

    /** Activates a generation whose job ended without doing so; what that one waited for, the next waits for. */
    private void resume(String model, String kind, String subject) {
        String backup = jobs.last(kind, subject)
                .map(before -> before.settings().path("backup").asString(""))
                .orElse("");
        jobs.submit(kind, subject, Activation.settings(model, backup));
    }
}
