package dev.studybuddy.api.operations.verify;

import static java.util.Objects.requireNonNull;

import com.mongodb.MongoException;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.periodic.PeriodicTask;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Queues a verify of each read model once a day, after each activation and after each repair, also after a repair that
 * stopped early. All instances derive the same job id from the same cause, so that together they queue one job.
 */
@Component
final class VerifySchedule extends PeriodicTask {

    private static final Logger LOG = LoggerFactory.getLogger(VerifySchedule.class);
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final String ACTIVATION = "activation";

    private final GenerationStore store;
    private final Jobs jobs;
    private final VerifyHistory history;
    private final VerifyProperties properties;
    private final Clock clock;

    /**
     * Holds the last queued cause of each trigger and read model, so that a round without a new cause writes nothing.
     */
    private final Map<String, String> queued = new HashMap<>();

    VerifySchedule(
            MongoDatabases databases, Jobs jobs, VerifyHistory history, VerifyProperties properties, Clock clock) {
        super("verify-schedule", PERIOD);
        this.store = new GenerationStore(databases.requests());
        this.jobs = jobs;
        this.history = history;
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    protected void runRound() {
        if (!properties.nightly() && !properties.afterChanges()) {
            return;
        }
        try {
            Map<String, ModelResult> newest = properties.afterChanges() ? history.findNewest() : Map.of();
            Map<String, Job> stopped = properties.afterChanges() ? history.findNewestStoppedRepairs() : Map.of();
            for (GenerationRecord record : store.readAll()) {
                Integer active = record.active();
                if (active != null && record.stateOf(active) != GenerationState.BROKEN) {
                    queueNightly(record, active, newest.get(record.model()));
                    queueAfterActivation(record, active, newest.get(record.model()));
                    queueAfterRepair(record.model(), newest.get(record.model()), stopped.get(record.model()));
                }
            }
        } catch (MongoException | DataAccessException unavailable) {
            LOG.debug("A database did not answer; due verifies are queued in a later round", unavailable);
        }
    }

    /**
     * Queues the verify of this day after its hour has begun, even if no instance ran during that hour. If the active
     * generation was activated after the beginning of the hour, the verify after the activation replaces the daily
     * one. If that verify fails, the method queues one more verify on this day, even if the daily one ran before the
     * activation. It queues none after a verify that an operator cancelled. A daily verify that fails is not queued
     * again on its day.
     */
    private void queueNightly(GenerationRecord record, int active, @Nullable ModelResult newest) {
        ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
        if (!properties.nightly() || now.getHour() < properties.nightlyHour()) {
            return;
        }
        Instant due = now.truncatedTo(ChronoUnit.DAYS)
                .withHour(properties.nightlyHour())
                .toInstant();
        Instant switchedAt = switchedAt(record, active);
        String day = now.toLocalDate().toString();
        if (!properties.afterChanges() || switchedAt == null || switchedAt.isBefore(due)) {
            queue("nightly", record.model(), day);
        } else if (!isVerifiedSince(switchedAt, active, newest)) {
            String activation = activationCause(active, switchedAt);
            if (hasFailed(ACTIVATION, record.model(), activation)) {
                queue("nightly", record.model(), day + " after " + activation);
            }
        }
    }

    private static @Nullable Instant switchedAt(GenerationRecord record, int active) {
        Generation generation = record.generations().get(active);
        return generation == null ? null : generation.switchedAt();
    }

    private void queueAfterActivation(GenerationRecord record, int active, @Nullable ModelResult newest) {
        Instant switchedAt = switchedAt(record, active);
        if (properties.afterChanges() && switchedAt != null && !isVerifiedSince(switchedAt, active, newest)) {
            queue(ACTIVATION, record.model(), activationCause(active, switchedAt));
        }
    }

    private static String activationCause(int generation, Instant switchedAt) {
        return generation + " at " + switchedAt;
    }

    /**
     * Returns whether a verify of the generation was completed after its activation. The job of this cause may have
     * been deleted since then, so that its id no longer prevents another job.
     */
    private static boolean isVerifiedSince(Instant switchedAt, int generation, @Nullable ModelResult newest) {
        return newest != null
                && newest.isOfGeneration(generation)
                && newest.completedAt().isAfter(switchedAt);
    }

    /**
     * Queues a verify after the newest repair.
     *
     * @param newest the newest result; null if there is none
     * @param stopped the newest repair that failed or was cancelled; null if there is none
     */
    private void queueAfterRepair(String model, @Nullable ModelResult newest, @Nullable Job stopped) {
        if (stopped != null
                && (newest == null || newest.completedAt().isBefore(requireNonNull(stopped.finishedAt())))) {
            queue("repair", model, stopped.id().toString());
        } else if (newest != null && newest.wroteRepairs()) {
            queue("repair", model, newest.verify().id().toString());
        }
    }

    /** Returns whether the schedule queued a verify for this cause, and the verify has failed. */
    private boolean hasFailed(String trigger, String model, String cause) {
        return jobs.find(jobId(trigger, model, cause))
                .filter(verify -> verify.state() == JobState.FAILED)
                .isPresent();
    }

    private static UUID jobId(String trigger, String model, String cause) {
        String text = "verify " + trigger + ' ' + model + ' ' + cause;
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void queue(String trigger, String model, String cause) {
        String key = trigger + ' ' + model;
        if (cause.equals(queued.get(key))) {
            return;
        }
        UUID id = jobId(trigger, model, cause);
        Map<String, ?> settings = Map.of("repair", false, "model", model, "cause", trigger);
        if (jobs.submitOnce(id, VerifyJob.KIND, model, settings)) {
            LOG.atInfo()
                    .addKeyValue("model", model)
                    .addKeyValue("cause", trigger)
                    .addKeyValue("job", id)
                    .log("The schedule queued a verify; the next free instance claims it");
        }
        queued.put(key, cause);
    }
}
