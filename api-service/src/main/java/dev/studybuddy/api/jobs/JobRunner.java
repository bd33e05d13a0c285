package dev.studybuddy.api.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Takes jobs, one of each kind, and keeps their leases while handlers work. */
@Component
final class JobRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private final JobTable table;
    private final List<JobHandler> handlers;
    private final JobsProperties properties;
    private final String owner;
    private final Map<String, JobContext> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock;
    private final ExecutorService workers;
    private final List<ScheduledFuture<?>> loops = new CopyOnWriteArrayList<>();
    private volatile boolean started;

    @Autowired
    JobRunner(JobTable table, List<JobHandler> handlers, JobsProperties properties) {
        this(table, handlers, properties, "api-" + UUID.randomUUID());
    }

    JobRunner(JobTable table, List<JobHandler> handlers, JobsProperties properties, String owner) {
        this.table = table;
        this.handlers = handlers;
        this.properties = properties;
        this.owner = owner;
        // Two, so that a slow claim doesn't hold up renewals.
        this.clock = Executors.newScheduledThreadPool(
                2, Thread.ofPlatform().daemon().name("jobs-", 0).factory());
        // At most one for each kind: one that runs is not claimed again.
        this.workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("job-", 0).factory());
    }

    @Override
    public void start() {
        started = true;
        every(properties.poll(), this::claimAll);
        every(properties.renewal(), this::renewAll);
    }

    private void every(Duration period, Runnable round) {
        ScheduledFuture<?> loop = clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        round.run();
                    } catch (RuntimeException failed) {
                        LOG.atWarn()
                                .addKeyValue("error", failed.getMessage())
                                .log("The table of jobs can't be asked; jobs wait");
                    }
                },
                0,
                period.toMillis(),
                TimeUnit.MILLISECONDS);
        loops.add(loop);
    }

    void claimAll() {
        for (JobHandler handler : handlers) {
            for (String kind : handler.kinds()) {
                if (started && !running.containsKey(kind)) {
                    claim(handler, kind);
                }
            }
        }
    }

    private void claim(JobHandler handler, String kind) {
        long before = System.nanoTime();
        table.claim(kind, owner, properties.lease()).ifPresent(job -> {
            JobContext context = new JobContext(
                    table, job, owner, before + properties.lease().toNanos());
            running.put(kind, context);
            workers.execute(() -> work(handler, context));
        });
    }

    void renewAll() {
        for (JobContext context : running.values()) {
            long before = System.nanoTime();
            table.renew(context.job(), owner, properties.lease())
                    .ifPresentOrElse(
                            cancelled -> {
                                context.trustUntil(before + properties.lease().toNanos());
                                if (cancelled) {
                                    context.stop(JobStopped.Reason.CANCELLED);
                                }
                            },
                            () -> context.stop(JobStopped.Reason.LEASE_LOST));
        }
    }

    private void work(JobHandler handler, JobContext context) {
        Job job = context.job();
        LOG.atInfo()
                .addKeyValue("job", job.id())
                .addKeyValue("kind", job.kind())
                .addKeyValue("epoch", job.epoch())
                .log(job.epoch() == 1 ? "Job begins" : "Job taken over");
        JobOutcome outcome = JobOutcome.of(() -> handler.run(context));
        try {
            note(handler, job, outcome);
        } catch (RuntimeException failed) {
            // Its lease runs out, and somebody does the last step again.
            LOG.atWarn().addKeyValue("job", job.id()).setCause(failed).log("How a job ended could not be noted");
        } finally {
            running.remove(job.kind(), context);
        }
    }

    private void note(JobHandler handler, Job job, JobOutcome outcome) {
        boolean noted = switch (outcome) {
            case JobOutcome.Done done -> table.finish(job, owner, JobState.DONE, null);
            case JobOutcome.Stopped stopped ->
                switch (stopped.reason()) {
                    case CANCELLED -> table.finish(job, owner, JobState.CANCELLED, null);
                    case SHUTTING_DOWN -> table.release(job, owner, null, Duration.ZERO);
                    case LEASE_LOST -> true;
                };
            case JobOutcome.Outage outage ->
                mayFail(handler, job)
                        ? table.finish(job, owner, JobState.FAILED, outage.error())
                        : table.release(job, owner, outage.error(), properties.retryAfter());
            case JobOutcome.Mistake mistake ->
                handler.cancellable()
                        ? table.finish(job, owner, JobState.FAILED, mistake.error())
                        : table.release(job, owner, mistake.error(), properties.retryAfter());
        };
        LOG.atInfo()
                .addKeyValue("job", job.id())
                .addKeyValue("kind", job.kind())
                .addKeyValue("outcome", outcome)
                .log(noted ? "Job left" : "Job left; another instance has it");
    }

    private boolean mayFail(JobHandler handler, Job job) {
        return handler.cancellable() && job.epoch() >= properties.attempts();
    }

    @Override
    public void stop() {
        started = false;
        loops.forEach(loop -> loop.cancel(false));
        running.values().forEach(context -> context.stop(JobStopped.Reason.SHUTTING_DOWN));
        workers.shutdown();
        try {
            if (!workers.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Jobs don't end in time; their leases run out");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
