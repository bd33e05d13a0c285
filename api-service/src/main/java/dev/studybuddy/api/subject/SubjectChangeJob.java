package dev.studybuddy.api.subject;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.job.JobFailedException;
import dev.studybuddy.api.job.JobHandler;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.outbox.EmittedEvents;
import dev.studybuddy.api.outbox.JobEventThrottle;
import dev.studybuddy.api.outbox.Outbox;
import dev.studybuddy.api.user.OwnedAggregates;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.api.user.SubjectTable;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.EventKind;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Replaces the subject of a user's todos and sessions. Each changed todo or session gets its next version, and the job
 * writes its event. The queries do not find the rows that the job has changed, so its cursor states only whether the
 * job has begun. One job of a kind runs at a time. Therefore the id of a user determines one of several kinds, so that
 * one large change does not delay the changes of all users.
 */
@Component
final class SubjectChangeJob implements JobHandler {

    private static final String KIND = "subject-change";

    /** At most this many changes run at a time on all instances together. */
    private static final int PARALLEL = 4;

    private static final Set<String> KINDS =
            IntStream.range(0, PARALLEL).mapToObj(SubjectChangeJob::kind).collect(Collectors.toUnmodifiableSet());

    private static final String USER = "user";
    private static final String RENAME = "rename";
    private static final String FROM = "from";
    private static final String TO = "to";
    private static final int BATCH_SIZE = 500;

    /**
     * A job has this cursor from its first batch on. A later attempt then does not check whether the new subject
     * exists, because the job itself may have created it.
     */
    private static final String BEGUN = "begun";

    private final List<OwnedAggregates> owned;
    private final OwnerCheck ownerCheck;
    private final SubjectTable subjects;
    private final RetryingTransactions transactions;
    private final Outbox outbox;
    private final JobEventThrottle throttle;
    private final Clock clock;

    /**
     * Holds the tracker of each kind while no job of the kind runs. The jobs of a kind that run in this instance share
     * it, so that many small changes together emit events no faster than one large change.
     */
    private final Map<String, EmittedEvents> emittedByKind = new ConcurrentHashMap<>();

    SubjectChangeJob(
            List<OwnedAggregates> owned,
            OwnerCheck ownerCheck,
            SubjectTable subjects,
            RetryingTransactions transactions,
            Outbox outbox,
            JobEventThrottle throttle,
            Clock clock) {
        this.owned = owned;
        this.ownerCheck = ownerCheck;
        this.subjects = subjects;
        this.transactions = transactions;
        this.outbox = outbox;
        this.throttle = throttle;
        this.clock = clock;
    }

    /** Returns the kind of the jobs that change the subjects of a user. They run in the order of their submission. */
    static String kind(UUID user) {
        return kind(Math.floorMod(user.hashCode(), PARALLEL));
    }

    private static String kind(int number) {
        return KIND + '/' + number;
    }

    /** Returns the settings of the job that makes a change. */
    static Map<String, ?> settings(UUID user, SubjectChange change) {
        return Map.of(USER, user.toString(), RENAME, change.rename(), FROM, change.from(), TO, change.to());
    }

    /** Returns the queued and running jobs that change the subjects of a user, oldest first. */
    static List<Job> findUnfinished(Jobs jobs, UUID user) {
        return jobs.findUnfinished(kind(user), USER, user.toString());
    }

    /** Returns whether the change of a job sets this subject in todos and sessions. */
    static boolean setsSubject(String subject, Job job) {
        return job.settings().path(TO).asString("").equals(subject);
    }

    /** Returns whether a job changes the subjects of a user. */
    static boolean belongsTo(UUID user, Job job) {
        return KINDS.contains(job.kind())
                && job.settings().path(USER).asString("").equals(user.toString());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Set<String> kinds() {
        return KINDS;
    }

    @Override
    public void run(JobContext job) {
        String kind = kind(UUID.fromString(job.settings().path(USER).asString()));
        // A tracker is used by one thread at a time, and the map passes it to the thread of the next job.
        EmittedEvents earlier = emittedByKind.remove(kind);
        EmittedEvents emitted = earlier == null ? throttle.track(BATCH_SIZE) : earlier;
        try {
            changeAll(job, emitted);
        } finally {
            emittedByKind.put(kind, emitted);
        }
    }

    private void changeAll(JobContext job, EmittedEvents emitted) {
        UUID user = UUID.fromString(job.settings().path(USER).asString());
        String to = job.settings().path(TO).asString();
        for (JsonNode from : job.settings().path(FROM)) {
            for (OwnedAggregates aggregates : owned) {
                renameAll(job, user, from.asString(), to, aggregates, emitted);
            }
            transactions.run(() -> subjects.freeIfUnused(user, from.asString()));
        }
        job.recordProgress(BEGUN, job.done(), job.done());
    }

    private void renameAll(
            JobContext job, UUID user, String from, String to, OwnedAggregates aggregates, EmittedEvents emitted) {
        List<AggregateState> renamed;
        do {
            emitted.awaitPublished(job);
            begin(job, user, to);
            renamed = transactions.run(() -> renameBatch(user, from, to, aggregates));
            emitted.record(aggregates.type(), EventKind.UPDATED, renamed);
            job.recordProgress(BEGUN, job.done() + renamed.size(), null);
        } while (renamed.size() == BATCH_SIZE);
    }

    /**
     * Records before the first batch that the job has begun, unless a rename would combine two subjects. The job may
     * have waited for a long time since its request was checked. A job of an earlier version of this program is not
     * checked: it has no setting for a rename, or it has changed rows without a cursor.
     *
     * @throws JobFailedException if a rename would combine two subjects
     */
    private void begin(JobContext job, UUID user, String to) {
        if (job.cursor() != null || job.done() > 0) {
            return;
        }
        boolean conflicts = transactions.run(() -> {
            if (job.settings().path(RENAME).asBoolean(false) && subjects.contains(user, to)) {
                return true;
            }
            job.recordProgress(BEGUN, job.done(), null);
            return false;
        });
        if (conflicts) {
            throw new JobFailedException(SubjectChangeView.TARGET_EXISTED.slug());
        }
    }

    /**
     * The check of the owner serializes the batch with the deletion of the user. The job of that deletion finds the
     * remaining rows.
     */
    private List<AggregateState> renameBatch(UUID user, String from, String to, OwnedAggregates aggregates) {
        if (!ownerCheck.exists(user)) {
            return List.of();
        }
        List<AggregateState> changed = aggregates.renameSubject(user, from, to, SqlTimes.now(clock), BATCH_SIZE);
        if (!changed.isEmpty()) {
            subjects.addReplacement(user, to);
            outbox.appendAll(aggregates.type(), EventKind.UPDATED, changed);
        }
        return changed;
    }
}
