package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.SharedCallers;
import dev.studybuddy.api.admission.ReadLimiter;
import dev.studybuddy.api.mongo.MirrorNumbers;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.springframework.stereotype.Component;

/**
 * Waits until a generation shows given versions. The projector writes mirrors after rollups, so a mirror that shows a
 * version proves that the rollups include it.
 */
@Component
final class VersionWait {

    private static final int MAX_WAITS = 100;
    private static final int MAX_WAITS_PER_CALLER = 10;
    private static final Backoff POLL_INTERVAL = Backoff.between(Duration.ofMillis(5), Duration.ofMillis(50));

    private final MongoReadBreaker breaker;
    private final MonotonicClock clock;
    private final CallerWaits waits;

    VersionWait(MongoReadBreaker breaker, MonotonicClock clock, SharedCallers sharedCallers) {
        this.breaker = breaker;
        this.clock = clock;
        this.waits = new CallerWaits(MAX_WAITS, MAX_WAITS_PER_CALLER, sharedCallers::contains);
    }

    /**
     * Waits until the generation shows these versions or newer ones, and returns whether it does. A deletion counts as
     * a version. Aggregate types that the generation does not read are ignored.
     *
     * @param maxWait the longest wait; if too many requests, or too many of the caller, wait already, the method checks
     *     only once
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if MongoDB is unavailable
     */
    boolean await(UUID caller, ReadGeneration generation, List<AggregateVersion> versions, Duration maxWait) {
        long endNanos = clock.nanos() + maxWait.toNanos();
        if (breaker.read(() -> shows(generation, versions))) {
            return true;
        }
        if (!waits.add(caller)) {
            return false;
        }
        try {
            return ReadLimiter.waitWithoutPermit(() -> poll(generation, versions, endNanos));
        } finally {
            waits.remove(caller);
        }
    }

    private boolean poll(ReadGeneration generation, List<AggregateVersion> versions, long endNanos) {
        for (int polls = 0;
                endNanos - clock.nanos() > 0 && !Thread.currentThread().isInterrupted();
                polls++) {
            LockSupport.parkNanos(Math.min(POLL_INTERVAL.nanos(polls), Math.max(1, endNanos - clock.nanos())));
            if (breaker.read(() -> shows(generation, versions))) {
                return true;
            }
        }
        return false;
    }

    private static boolean shows(ReadGeneration generation, List<AggregateVersion> versions) {
        for (AggregateType type : generation.reads()) {
            Map<String, Long> missing = new HashMap<>();
            versions.stream()
                    .filter(version -> version.type() == type)
                    .forEach(version -> missing.merge(version.id(), version.version(), Math::max));
            if (missing.isEmpty()) {
                continue;
            }
            Document ids = new Document("_id", new Document("$in", List.copyOf(missing.keySet())));
            for (Document mirror : generation.mirrors(type).find(ids).projection(new Document("version", 1))) {
                String id = mirror.getString("_id");
                if (MirrorNumbers.version(mirror) >= missing.getOrDefault(id, 0L)) {
                    missing.remove(id);
                }
            }
            if (!missing.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
