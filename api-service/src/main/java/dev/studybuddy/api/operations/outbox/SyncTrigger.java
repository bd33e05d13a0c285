package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.kafka.TopicEndOffsets;
import dev.studybuddy.api.mongo.ActiveGeneration;
import dev.studybuddy.api.mongo.MongoCircuitBreaker;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.MongoUnavailableException;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.api.outbox.PendingEvents;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Requests a sweep of every shard, and waits until MongoDB shows the events that were pending at the call. */
@Component
final class SyncTrigger {

    private static final Logger LOG = LoggerFactory.getLogger(SyncTrigger.class);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);
    private static final int MAX_WAITING_REQUESTS = 20;
    /** The first page is small, so that each trigger clears some waits even if the database is slow. */
    private static final int FIRST_RETRIES_PAGE = 100;

    private static final int RETRIES_PAGE = 1_000;
    private static final Duration MAX_CLEARING = Duration.ofSeconds(1);
    /**
     * The clearing leaves this part of the request's time for the request of the sweeps and for the counts after it.
     */
    private static final Duration TIME_AFTER_CLEARING = Duration.ofMillis(700);

    private final OutboxTable outbox;
    private final PendingEvents pendingEvents;
    private final PublishingPauses pauses;
    private final RetryingTransactions transactions;
    private final TopicEndOffsets topicEndOffsets;
    private final ActiveGeneration activeGeneration;
    private final MongoCircuitBreaker breaker;
    private final MongoSessions mongoSessions;
    private final MonotonicClock clock;
    private final Semaphore waitPermits = new Semaphore(MAX_WAITING_REQUESTS);

    SyncTrigger(
            OutboxTable outbox,
            PendingEvents pendingEvents,
            PublishingPauses pauses,
            RetryingTransactions transactions,
            TopicEndOffsets topicEndOffsets,
            ActiveGeneration activeGeneration,
            MongoCircuitBreaker breaker,
            MongoSessions mongoSessions,
            MonotonicClock clock) {
        this.outbox = outbox;
        this.pendingEvents = pendingEvents;
        this.pauses = pauses;
        this.transactions = transactions;
        this.topicEndOffsets = topicEndOffsets;
        this.activeGeneration = activeGeneration;
        this.breaker = breaker;
        this.mongoSessions = mongoSessions;
        this.clock = clock;
    }

    /**
     * A result describes the progress of the events that were pending at the call.
     *
     * @param pendingBefore the number of events that were pending at the call
     * @param pendingBeforeExact whether {@code pendingBefore} is exact; otherwise it is a lower bound
     * @param retriesCleared the number of rows whose wait for the next attempt ended
     * @param allRetriesCleared whether no row that waited at the call still waits; if it is false, the trigger reached
     *     its time limit or another transaction held a row, and a further trigger continues
     * @param pendingAfter the number of events that were pending at the call and are still pending
     * @param pendingAfterExact whether {@code pendingAfter} is exact; otherwise it is a lower bound
     * @param pausedTypes the types whose events wait because an operator paused their publishing; {@code all}
     *     stands for all types
     * @param visibleInMongo whether every read model shows those events; null if MongoDB or Kafka is unavailable
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
     * Ends the waits of failed rows, requests a sweep of every shard, and waits for the events that are pending now.
     *
     * @param wait the longest wait until MongoDB shows these events; the trigger does not wait if too many others do
     */
    Result trigger(Duration wait) {
        long startNanos = clock.nanos();
        Instant calledAt = pendingEvents.now();
        PendingEvents.Count before = pendingEvents.count(calledAt);
        List<String> pausedTypes =
                pauses.findAll().stream().map(PublishingPauses.PausedType::name).toList();
        Clearing clearing = clearRetries(startNanos);
        transactions.run(() -> {
            outbox.requestSweeps();
            return calledAt;
        });
        boolean mayWait = !wait.isZero() && waitPermits.tryAcquire();
        try {
            Duration allowed = mayWait ? wait : Duration.ZERO;
            Deadline.extend(allowed);
            long endNanos = startNanos + allowed.toNanos();
            PendingEvents.Count after = awaitProcessed(calledAt, endNanos);
            Boolean visible = isVisible(after.events() == 0, endNanos);
            return new Result(
                    before.events(),
                    before.exact(),
                    clearing.rows(),
                    clearing.complete(),
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
     * A clearing states how many rows no longer wait for their next attempt.
     *
     * @param complete whether no further row waits
     */
    private record Clearing(int rows, boolean complete) {}

    /**
     * Clears the waits page by page, for about a second. A page that fails because the database is slow or because of
     * other transactions ends the clearing, so that the trigger still requests its sweeps.
     */
    private Clearing clearRetries(long startNanos) {
        int cleared = 0;
        int limit = FIRST_RETRIES_PAGE;
        do {
            int page;
            try {
                page = clearPage(limit);
            } catch (DataAccessException | TransactionException failed) {
                if (!mayPass(SqlFault.of(failed))) {
                    throw failed;
                }
                LOG.atWarn()
                        .addKeyValue("cleared", cleared)
                        .addKeyValue("error", failed.toString())
                        .log(
                                "A sync trigger could not clear all waits for retries; it requests the sweeps without them");
                return new Clearing(cleared, false);
            }
            cleared += page;
            if (page < limit) {
                return new Clearing(cleared, true);
            }
            limit = RETRIES_PAGE;
        } while (clock.nanos() - startNanos < MAX_CLEARING.toNanos());
        return new Clearing(cleared, false);
    }

    private int clearPage(int limit) {
        return Deadline.runReserving(TIME_AFTER_CLEARING, () -> transactions.run(() -> outbox.clearRetries(limit)));
    }

    private static boolean mayPass(SqlFault fault) {
        return switch (fault) {
            case CONTENTION, LOCKED, OUTCOME_UNKNOWN, UNAVAILABLE -> true;
            case DUPLICATE, OTHER -> false;
        };
    }

    private PendingEvents.Count awaitProcessed(Instant calledAt, long endNanos) {
        while (true) {
            if (!pendingEvents.hasPending(calledAt)) {
                return new PendingEvents.Count(0, true);
            }
            if (!waitBefore(endNanos)) {
                return pendingEvents.count(calledAt);
            }
        }
    }

    /**
     * Returns whether every read model shows the events of the call, or null if MongoDB or Kafka is unavailable or no
     * read model has an active generation. All reads of MongoDB share one session and one generation of each read
     * model.
     *
     * @param published whether all these events are on the topics; otherwise MongoDB does not show all of them
     */
    private @Nullable Boolean isVisible(boolean published, long endNanos) {
        try (MongoSessions.MongoSession session = breaker.read(mongoSessions::open)) {
            List<ReadGeneration> generations =
                    activeGeneration.all().stream().map(session::bind).toList();
            if (generations.isEmpty()) {
                return null;
            }
            return published && awaitApplied(generations, endNanos);
        } catch (KafkaException unavailable) {
            LOG.atInfo()
                    .addKeyValue("error", unavailable.getMessage())
                    .log("A sync trigger could not read the end offsets from Kafka; it reports visibleInMongo as null");
            return null;
        } catch (MongoUnavailableException unavailable) {
            LOG.atInfo()
                    .addKeyValue("error", unavailable.getMessage())
                    .log("A sync trigger could not read the journals from MongoDB; it reports visibleInMongo as null");
            return null;
        }
    }

    private boolean awaitApplied(List<ReadGeneration> generations, long endNanos) {
        Map<AggregateType, Map<String, Long>> ends = readEndOffsets();
        while (true) {
            if (hasApplied(generations, ends)) {
                return true;
            }
            if (!waitBefore(endNanos)) {
                return false;
            }
        }
    }

    private Map<AggregateType, Map<String, Long>> readEndOffsets() {
        Map<AggregateType, Map<String, Long>> ends = new EnumMap<>(AggregateType.class);
        for (AggregateType type : AggregateType.values()) {
            ends.put(type, topicEndOffsets.read(EnumSet.of(type)));
        }
        return ends;
    }

    /** Returns whether every generation has applied its topics up to these end offsets. */
    private boolean hasApplied(List<ReadGeneration> generations, Map<AggregateType, Map<String, Long>> ends) {
        for (ReadGeneration generation : generations) {
            Map<String, Long> done = breaker.read(generation::done);
            for (AggregateType type : generation.reads()) {
                if (!hasReached(done, ends.getOrDefault(type, Map.of()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean hasReached(Map<String, Long> done, Map<String, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> done.getOrDefault(end.getKey(), -1L) >= end.getValue());
    }

    /**
     * Waits for one check interval. Returns false without a wait if the end has passed or the thread is interrupted.
     */
    private boolean waitBefore(long endNanos) {
        if (endNanos - clock.nanos() <= 0 || Thread.currentThread().isInterrupted()) {
            return false;
        }
        LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
        return true;
    }
}
