package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.api.outbox.PendingEvents;
import dev.studybuddy.api.outbox.PendingRange;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.api.outbox.UnpublishedEvents;
import dev.studybuddy.background.MonotonicClock;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Requests a sweep of every shard, and waits until MongoDB shows the events that were pending at the call. */
@Component
final class SyncTrigger {

    private static final int MAX_WAITING_REQUESTS = 20;

    private final OutboxTable outbox;
    private final PendingEvents pendingEvents;
    private final UnpublishedEvents unpublishedEvents;
    private final PublishingPauses pauses;
    private final RetryingTransactions transactions;
    private final RetryWaits retryWaits;
    private final VisibilityCheck visibilityCheck;
    private final MonotonicClock clock;
    private final Semaphore waitPermits = new Semaphore(MAX_WAITING_REQUESTS);

    SyncTrigger(
            OutboxTable outbox,
            PendingEvents pendingEvents,
            UnpublishedEvents unpublishedEvents,
            PublishingPauses pauses,
            RetryingTransactions transactions,
            RetryWaits retryWaits,
            VisibilityCheck visibilityCheck,
            MonotonicClock clock) {
        this.outbox = outbox;
        this.pendingEvents = pendingEvents;
        this.unpublishedEvents = unpublishedEvents;
        this.pauses = pauses;
        this.transactions = transactions;
        this.retryWaits = retryWaits;
        this.visibilityCheck = visibilityCheck;
        this.clock = clock;
    }

    /**
     * A result describes the progress of the events that were pending at the call.
     *
     * @param pendingBefore the number of events that were pending at the call
     * @param pendingBeforeExact whether {@code pendingBefore} is exact; otherwise it is a lower bound
     * @param retriesCleared the number of rows whose wait for the next attempt ended
     * @param allRetriesCleared whether all waits that existed at the call have ended; if it is false, the trigger
     *     reached its time limit or another transaction held a row, and a further trigger continues
     * @param pendingAfter the number of events that were pending at the call and are still pending
     * @param pendingAfterExact whether {@code pendingAfter} is exact; otherwise it is a lower bound
     * @param pausedTypes the types whose events wait because an operator paused their publishing; {@code all} stands
     *     for all types
     * @param visibleInMongo whether every read model with an active generation shows those events and none of them was
     *     dead-lettered during the call; null if MongoDB or Kafka is unavailable, if no read model has an active
     *     generation, or if the search in the pending and the dead-lettered events took too long
     * @param tookMs the duration of the call in milliseconds
     */
    @Schema(name = "SyncTriggerResult")
    record Result(
            long pendingBefore,
            boolean pendingBeforeExact,
            int retriesCleared,

            @Schema(description = "If this is false, some rows still wait for their next attempt; repeat the call.")
            boolean allRetriesCleared,

            long pendingAfter,
            boolean pendingAfterExact,
            List<String> pausedTypes,
            @Nullable Boolean visibleInMongo,
            long tookMs) {}

    /**
     * Ends the waits of rows for their next attempts, requests a sweep of every shard, and waits for the events that
     * are pending now.
     *
     * @param wait the longest wait until MongoDB shows these events; the trigger does not wait if too many other
     *     triggers wait
     */
    Result trigger(Duration wait) {
        long startNanos = clock.nanos();
        Instant calledAt = pendingEvents.now();
        PendingEvents.Count before = pendingEvents.count(calledAt);
        List<String> pausedTypes =
                pauses.findAll().stream().map(PublishingPauses.PausedType::name).toList();
        RetryWaits.EndedWaits endedWaits = retryWaits.end(startNanos);
        transactions.run(() -> {
            outbox.requestSweeps();
            return calledAt;
        });
        boolean mayWait = !wait.isZero() && waitPermits.tryAcquire();
        try {
            Duration allowed = mayWait ? wait : Duration.ZERO;
            Deadline.extend(allowed);
            long endNanos = startNanos + allowed.toNanos();
            PendingEvents.Count after = awaitProcessed(calledAt, before, endNanos);
            Optional<Boolean> published = arePublished(calledAt, before, after, endNanos);
            Boolean visible = published.isEmpty() ? null : visibilityCheck.isVisible(published.get(), endNanos);
            return new Result(
                    before.events(),
                    before.exact(),
                    endedWaits.rows(),
                    endedWaits.complete(),
                    after.events(),
                    after.exact(),
                    pausedTypes,
                    visible,
                    (clock.nanos() - startNanos) / 1_000_000);
        } finally {
            if (mayWait) {
                waitPermits.release();
            }
        }
    }

    /**
     * Returns whether all events that were pending at the call are on the topics; empty if that is unknown. A
     * dead-lettered event is no longer pending, although no publisher published it. If a count may lack an event, the
     * method searches the whole outbox within the rest of the wait.
     */
    private Optional<Boolean> arePublished(
            Instant calledAt, PendingEvents.Count before, PendingEvents.Count after, long endNanos) {
        if (after.events() > 0) {
            return Optional.of(false);
        }
        if (!after.complete()) {
            Duration rest = Duration.ofNanos(endNanos - clock.nanos());
            return rest.isPositive()
                    ? unpublishedEvents.hasAny(calledAt, rest).map(unpublished -> !unpublished)
                    : Optional.empty();
        }
        return before.events() == 0
                ? Optional.of(true)
                : unpublishedEvents.hasAny(before.range()).map(unpublished -> !unpublished);
    }

    /**
     * Waits until none of the events is pending, or until the end of the wait. The first query is cheap, because it
     * begins at the recorded bounds of the pending index. These bounds may have passed an old event that an operator
     * retried. Therefore a second query follows if the first one finds no event, and begins at the oldest of the
     * events. If a query takes too long, the wait ends, because each repetition would take as long.
     *
     * @param before the events that were pending at the call; the returned count lacks the events that this count lacks
     */
    private PendingEvents.Count awaitProcessed(Instant calledAt, PendingEvents.Count before, long endNanos) {
        PendingRange range = before.range();
        while (true) {
            Optional<Boolean> pending = pendingEvents.hasPending(calledAt);
            if (!pending.orElse(true)) {
                pending = pendingEvents.hasPending(range);
            }
            if (!pending.orElse(false)) {
                boolean complete = before.complete() && pending.isPresent();
                return new PendingEvents.Count(0, complete, complete, range);
            }
            if (!CheckInterval.waitBefore(endNanos, clock)) {
                PendingEvents.Count after = pendingEvents.count(range);
                return before.complete() ? after : new PendingEvents.Count(after.events(), false, false, range);
            }
        }
    }
}
