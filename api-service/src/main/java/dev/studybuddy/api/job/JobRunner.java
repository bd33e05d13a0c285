package dev.studybuddy.api.job;

import dev.studybuddy.api.periodic.BackgroundLoops;
import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Claims jobs, at most one of each kind, and renews their leases while handlers run them. */
@Component
final class JobRunner implements SmartLifecycle, BackgroundLoops {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LOOP_STOP_TIMEOUT = Duration.ofSeconds(1);

    private final JobTable table;
    private final JobClaims jobClaims;
    private final List<JobHandler> handlers;
    private final JobsProperties properties;
    private final String owner;
    private final MonotonicClock clock;
    private final OutcomeRecorder outcomes;
    private final Map<String, JobContext> running = new ConcurrentHashMap<>();
    private final Set<String> failingKinds = ConcurrentHashMap.newKeySet();
    private final Set<UUID> failingRenewals = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers;

    /** Two loops ensure that a slow claim does not delay renewals. */
    private final Loop claims;

    private final Loop renewals;
    private volatile boolean started;

    @Autowired
    JobRunner(
            JobTable table,
            JobClaims jobClaims,
            List<JobHandler> handlers,
            JobsProperties properties,
            JobFailures failures,
            MonotonicClock clock) {
        this(table, jobClaims, handlers, properties, failures, clock, "api-" + UUID.randomUUID());
    }

    JobRunner(
            JobTable table,
            JobClaims jobClaims,
            List<JobHandler> handlers,
            JobsProperties properties,
            JobFailures failures,
            MonotonicClock clock,
            String owner) {
        this.table = table;
        this.jobClaims = jobClaims;
        this.handlers = handlers;
        this.properties = properties;
        this.clock = clock;
        this.owner = owner;
        this.outcomes = new OutcomeRecorder(table, owner, properties, failures);
        this.claims = Loop.every("job-claims", properties.poll(), this::claimAll);
        this.renewals = Loop.every("job-renewals", properties.renewal(), this::renewAll);
        // The number of threads is bounded: a kind that runs is not claimed again, so each kind has at most one.
        this.workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("job-", 0).factory());
    }

    @Override
    public void start() {
        started = true;
        claims.start();
        renewals.start();
    }

    void claimAll() {
        for (JobHandler handler : handlers) {
            for (String kind : handler.kinds()) {
                JobContext claimed = started && !running.containsKey(kind) ? tryClaim(handler, kind) : null;
                if (claimed != null) {
                    workers.execute(() -> runJobs(handler, claimed));
                }
            }
        }
    }

    /**
     * Claims a job of one kind, or returns null if there is none. A failure concerns only this kind, so that other
     * kinds are claimed in this round.
     */
    private @Nullable JobContext tryClaim(JobHandler handler, String kind) {
        try {
            JobContext claimed = claim(handler, kind);
            failingKinds.remove(kind);
            return claimed;
        } catch (RuntimeException failed) {
            LOG.atLevel(failingKinds.add(kind) ? Level.WARN : Level.DEBUG)
                    .addKeyValue("kind", kind)
                    .setCause(failed)
                    .log("The claim of a job of this kind failed; the next round retries the claim");
            return null;
        }
    }

    private @Nullable JobContext claim(JobHandler handler, String kind) {
        long startedNanos = clock.nanos();
        Optional<Job> claimed = handler.isCancellable()
                ? jobClaims.claim(kind, owner, properties.lease(), properties.attempts())
                : jobClaims.claimUncancellable(
                        kind, owner, properties.lease(), outcomes::waitAfterAttempts, outcomes::waitsLongest);
        if (claimed.isEmpty()) {
            return null;
        }
        JobContext context = new JobContext(
                table,
                claimed.get(),
                owner,
                clock,
                startedNanos + properties.lease().toNanos());
        running.put(kind, context);
        if (!started) {
            // The method stop may have signalled the running jobs before this job was added to them.
            context.stop(JobStoppedException.Reason.SHUTTING_DOWN);
        }
        return context;
    }

    /** Runs a claimed job and then the next ones of its kind, so that many short jobs need no round of claims each. */
    private void runJobs(JobHandler handler, JobContext first) {
        JobContext next = first;
        while (next != null) {
            runJob(handler, next);
            next = started ? tryClaim(handler, first.job().kind()) : null;
        }
    }

    void renewAll() {
        running.values().forEach(this::tryRenew);
    }

    /** Renews one lease. A failure concerns only this job, so that the other leases are renewed in this round. */
    private void tryRenew(JobContext context) {
        UUID id = context.job().id();
        try {
            renew(context);
            failingRenewals.remove(id);
        } catch (RuntimeException failed) {
            LOG.atLevel(failingRenewals.add(id) ? Level.WARN : Level.DEBUG)
                    .addKeyValue("job", id)
                    .setCause(failed)
                    .log("This instance could not renew the lease of a job; the next round retries the renewal");
        }
    }

    private void renew(JobContext context) {
        long startedNanos = clock.nanos();
        table.renew(context.job(), owner, properties.lease())
                .ifPresentOrElse(
                        cancelled -> {
                            context.trustUntil(startedNanos + properties.lease().toNanos());
                            if (cancelled) {
                                context.stop(JobStoppedException.Reason.CANCELLED);
                            }
                        },
                        () -> context.stop(JobStoppedException.Reason.LEASE_LOST));
    }

    private void runJob(JobHandler handler, JobContext context) {
        Job job = context.job();
        LOG.atInfo()
                .addKeyValue("job", job.id())
                .addKeyValue("kind", job.kind())
                .addKeyValue("epoch", job.epoch())
                .log(
                        job.epoch() == 1
                                ? "A job started"
                                : "A job was taken over or is retried; it continues at its cursor");
        JobOutcome outcome = JobOutcome.of(() -> handler.run(context));
        try {
            outcomes.record(handler, job, outcome);
        } catch (RuntimeException failed) {
            // Without a recorded outcome, the lease expires, and an instance runs the last step again.
            LOG.atWarn()
                    .addKeyValue("job", job.id())
                    .setCause(failed)
                    .log("This instance could not record the outcome of a job; an instance takes the job over when its"
                            + " lease expires");
        } finally {
            running.remove(job.kind(), context);
            failingRenewals.remove(job.id());
        }
    }

    @Override
    public void stop() {
        started = false;
        // The method claim stops each job that it claims from now on.
        claims.stop(LOOP_STOP_TIMEOUT);
        running.values().forEach(context -> context.stop(JobStoppedException.Reason.SHUTTING_DOWN));
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Jobs did not stop in time; other instances take them over when their leases expire");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        renewals.stop(LOOP_STOP_TIMEOUT);
    }

    @Override
    public List<Loop> loops() {
        return List.of(claims, renewals);
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
