package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.operations.lag.LagMetrics;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Publishes the result of each read model's last completed verify, whichever instance ran it. */
@Component
final class DriftGauge extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(DriftGauge.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Jobs jobs;
    private final LagMetrics metrics;

    DriftGauge(Jobs jobs, LagMetrics metrics) {
        super("drift-gauge", PERIOD);
        this.jobs = jobs;
        this.metrics = metrics;
    }

    @Override
    protected void runRound() {
        try {
            Map<String, Long> differences = new TreeMap<>();
            for (Job job : jobs.findNewestDone(VerifyJob.KIND)) {
                differences.put(
                        job.result().path("model").asString(Names.STUDY),
                        job.result()
                                .path("counts")
                                .valueStream()
                                .mapToLong(count -> count.longValue(0))
                                .sum());
            }
            metrics.showDrift(differences);
        } catch (DataAccessException unavailable) {
            LOG.debug("CockroachDB did not answer, so the drift gauge has no value until the next round", unavailable);
            metrics.showDrift(Map.of());
        }
    }
}
