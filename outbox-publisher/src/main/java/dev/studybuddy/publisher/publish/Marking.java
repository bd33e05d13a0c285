package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.ShardLeases;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what is to be written and hands it over in bulk: one batch under way and, where a full one is there, one behind
 * it, so that the writer never waits for this thread's poll. Few marks wait a moment for more: nobody waits for them. A
 * failed batch is written again, alone.
 */
final class Marking {

    private static final Logger log = LoggerFactory.getLogger(Marking.class);

    /** So many marks go at once: a quarter of a batch. */
    private static final int MANY_PART = 4;
    /** Fewer are not worth a statement in every spacing. */
    private static final int FEW = 16;

    private static final int SPACINGS_OF_FEW = 5;

    private final int most;
    private final long spacingNanos;
    private final Writes writes;
    private final Ordering ordering;
    private final ShardLeases leases;
    private final PublishListener listener;
    private final Backoff backoff;
    private final Queue<Writes.Mark> marks = new ArrayDeque<>();
    private final Queue<Writes.Failure> failures = new ArrayDeque<>();
    private final Map<UUID, String> reasons = new HashMap<>();
    /** Batches handed over whose results are not back: at most two. */
    private int writing;
    // Bounded by what was handed over at a time.
    private final Queue<Writes.Batch> again = new ArrayDeque<>();
    /** The one batch under way is written for the second time. */
    private boolean retrying;

    private int failed;
    private long notBefore;
    private long lastNanos;
    private boolean began;

    Marking(PublishSettings settings, Writes writes, Ordering ordering, ShardLeases leases, PublishListener listener) {
        this.most = settings.polling().page();
        this.spacingNanos = settings.polling().markSpacing().toNanos();
        this.writes = writes;
        this.ordering = ordering;
        this.leases = leases;
        this.listener = listener;
        this.backoff = settings.backoff();
    }

    void acknowledged(Writes.Mark mark, long now) {
        listener.published(mark.row(), mark.row().ageNanos(now));
        marks.add(mark);
    }

    void failed(Writes.Failure failure, boolean dead) {
        listener.refused(failure.row(), failure.reason(), dead);
        OutboxRow row = failure.row();
        log.atWarn()
                .addKeyValue("event", row.id())
                .addKeyValue(
                        "aggregate",
                        row.aggregate().type() + "/" + row.aggregate().id())
                .addKeyValue("version", row.version())
                .addKeyValue("reason", failure.reason())
                .log(
                        dead
                                ? "Event dead-lettered; later versions of its aggregate go on"
                                : "Event refused; its aggregate waits for the next attempt");
        failures.add(failure);
    }

    void reason(OutboxRow row, String reason) {
        reasons.put(row.id(), reason);
    }

    String reason(OutboxRow row) {
        String reason = reasons.remove(row.id());
        return reason == null ? "refused" : reason;
    }

    /**
     * Submits the next batch, where one is due.
     *
     * @param urgent whether somebody waits for the marks
     */
    boolean submit(long now, boolean urgent, Writes.ResultSink sink) {
        Writes.Batch batch = next(now, urgent);
        if (batch == null) {
            return false;
        }
        writing++;
        began = true;
        lastNanos = now;
        writes.submit(batch, sink);
        return true;
    }

    private Writes.@Nullable Batch next(long now, boolean urgent) {
        if (retrying) {
            return null;
        }
        if (!again.isEmpty()) {
            retrying = writing == 0 && now - notBefore >= 0;
            return retrying ? again.remove() : null;
        }
        boolean due = writing == 0 ? anyDue(now, urgent) : writing == 1 && marks.size() >= most;
        return due ? collect() : null;
    }

    private boolean anyDue(long now, boolean urgent) {
        return !failures.isEmpty()
                || marks.size() * MANY_PART >= most
                || (!marks.isEmpty() && (urgent || !began || now - lastNanos >= waitNanos()));
    }

    private long waitNanos() {
        return marks.size() < FEW ? SPACINGS_OF_FEW * spacingNanos : spacingNanos;
    }

    private Writes.Batch collect() {
        List<Writes.Mark> nextMarks = new ArrayList<>(Math.min(most, marks.size()));
        while (nextMarks.size() < most && !marks.isEmpty()) {
            nextMarks.add(marks.remove());
        }
        List<Writes.Failure> nextFailures = List.copyOf(failures);
        failures.clear();
        return new Writes.Batch(nextMarks, nextFailures);
    }

    /** Takes a result back on the publishing thread; before the next read, which then sees what was written. */
    void written(Writes.Batch batch, Writes.Result result, long now) {
        writing--;
        boolean secondTime = retrying;
        retrying = false;
        switch (result) {
            case Writes.Result.Failed broken -> {
                again.add(batch);
                notBefore = now + backoff.nanos(failed);
                if (failed++ == 0) {
                    log.atWarn()
                            .addKeyValue("rows", batch.marks().size())
                            .setCause(broken.cause())
                            .log("Marks could not be written; they are written again");
                }
            }
            case Writes.Result.Written written -> {
                // A batch written twice finds its own marks.
                if (!secondTime && written.repeats() > 0) {
                    listener.repeated(written.repeats());
                }
                failed = 0;
                batch.marks().forEach(mark -> ordering.marked(mark.row()));
                batch.failures().forEach(failure -> settle(failure, written, now));
            }
        }
    }

    private void settle(Writes.Failure failure, Writes.Result.Written written, long now) {
        OutboxRow row = failure.row();
        if (written.fenced().contains(row.id())) {
            ordering.fenced(row, leases.serves(row.aggregate().shard()), now);
            return;
        }
        switch (failure) {
            case Writes.Failure.Attempt attempt ->
                ordering.failed(row, now + attempt.delay().toNanos(), now);
            case Writes.Failure.DeadLetter dead -> ordering.deadLettered(row, now);
        }
    }

    /** When a failed batch is written again, or few marks have waited long enough; null when none waits. */
    @Nullable
    Long nextNanos() {
        if (writing > 0) {
            return null;
        }
        if (!again.isEmpty()) {
            return notBefore;
        }
        return marks.isEmpty() ? null : lastNanos + waitNanos();
    }

    boolean idle() {
        return writing == 0 && again.isEmpty() && marks.isEmpty() && failures.isEmpty();
    }
}
