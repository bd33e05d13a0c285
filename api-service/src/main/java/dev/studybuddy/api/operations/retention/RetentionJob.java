package dev.studybuddy.api.operations.retention;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.job.JobStoppedException;
import dev.studybuddy.api.retention.RetentionRule;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs the rule of each table in batches. A rule that fails does not stop the others, and the attempt of the job ends
 * with the first error. After an outage, a lock timeout or a conflict with another transaction, the job is retried.
 * After any other error, it fails, and the next scheduled job runs the rules again. The job needs no cursor, because a
 * rule does not find the rows that it has removed.
 */
@Component
final class RetentionJob implements JobHandler {

    static final String KIND = "retention";

    private static final Logger LOG = LoggerFactory.getLogger(RetentionJob.class);
    private static final String REMOVED = "removed";

    /** This field of a job's result lists the tables whose rule failed in at least one attempt of the job. */
    private static final String FAILED = "failed";

    /**
     * This record documents the fields of a job's answer.
     *
     * @param removed the number of removed rows of each table
     * @param failed the tables whose rule failed in at least one attempt; absent from the answer for a job of an
     *     earlier version of this program
     */
    record RetentionResult(
            Map<String, Long> removed,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            List<String> failed) {}

    private final List<RetentionRule> rules;
    private final Map<String, Counter> removed = new TreeMap<>();
    private final Map<String, Counter> failures = new TreeMap<>();

    RetentionJob(List<RetentionRule> rules, MeterRegistry meters) {
        this.rules = rules;
        for (RetentionRule rule : rules) {
            removed.put(
                    rule.table(),
                    Counter.builder("retention_removed_rows")
                            .description("This counter counts the old rows that the retention removed.")
                            .tag("table", rule.table())
                            .register(meters));
            failures.put(
                    rule.table(),
                    Counter.builder("retention_failures")
                            .description("This counter counts the jobs of the retention in which the removal of old"
                                    + " rows failed. A job counts once.")
                            .tag("table", rule.table())
                            .register(meters));
        }
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, ?> emptyResult() {
        return Map.of(REMOVED, Map.of(), FAILED, List.of());
    }

    @Override
    public Optional<Class<? extends Record>> resultType() {
        return Optional.of(RetentionResult.class);
    }

    @Override
    public void run(JobContext job) {
        RuntimeException failure = null;
        for (RetentionRule rule : rules) {
            try {
                runRule(rule, job);
            } catch (JobStoppedException stopped) {
                throw stopped;
            } catch (RuntimeException failed) {
                countFailure(rule, job);
                LOG.atWarn()
                        .addKeyValue("table", rule.table())
                        .addKeyValue("error", failed.toString())
                        .log("A retention rule failed; the job runs the rules of the other tables, and the next attempt"
                                + " or the next retention job removes the rows");
                failure = firstOf(failure, failed);
            }
        }
        if (failure != null) {
            throw failure;
        }
        job.recordProgress(null, job.done(), job.done());
    }

    private void runRule(RetentionRule rule, JobContext job) {
        ObjectNode counts = job.result().withObject('/' + REMOVED);
        int batch;
        do {
            job.checkpoint();
            batch = rule.removeBatch();
            if (batch > 0) {
                Objects.requireNonNull(removed.get(rule.table())).increment(batch);
                counts.put(rule.table(), counts.path(rule.table()).asLong(0) + batch);
                job.recordProgress(null, job.done() + batch, null);
            }
        } while (batch > 0);
    }

    /**
     * Counts the failure of a rule once per job, so that the attempts of one job during a short outage count as one.
     * The method first records the failure in the job. If this write fails, the method counts nothing and removes the
     * table from the result, so that a later attempt counts the failure.
     */
    private void countFailure(RetentionRule rule, JobContext job) {
        ArrayNode failed = job.result().withArray('/' + FAILED);
        if (failed.valueStream().anyMatch(table -> table.asString("").equals(rule.table()))) {
            return;
        }
        failed.add(rule.table());
        try {
            job.recordProgress(null, job.done(), null);
            Objects.requireNonNull(failures.get(rule.table())).increment();
        } catch (DataAccessException | TransactionException unavailable) {
            failed.remove(failed.size() - 1);
            LOG.atDebug()
                    .addKeyValue("table", rule.table())
                    .setCause(unavailable)
                    .log("The job could not record the failure of a rule; this attempt does not count it, and a later"
                            + " attempt counts it if the rule fails again");
        }
    }

    private static RuntimeException firstOf(@Nullable RuntimeException first, RuntimeException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
