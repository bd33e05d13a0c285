package dev.studybuddy.api.consistency;

import dev.studybuddy.api.mongo.MongoGate;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.springframework.stereotype.Component;

/**
 * Waits until a generation shows given versions. Mirrors are written after the sums, so a mirror at a version says that
 * the sums have it.
 */
@Component
public final class Visibility {

    private static final int MOST_WAITING = 100;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final MongoGate gate;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    Visibility(MongoGate gate) {
        this.gate = gate;
    }

    /**
     * Whether the generation shows these versions or newer ones, deleted ones included; of what it doesn't read there is
     * nothing to wait for.
     *
     * @param most how long to wait; where too many wait already, it is only looked once
     * @throws dev.studybuddy.api.mongo.MongoAwayException where MongoDB goes away meanwhile
     */
    public boolean await(ReadGeneration generation, List<AggregateVersion> versions, Duration most) {
        long end = System.nanoTime() + most.toNanos();
        if (gate.read(() -> shows(generation, versions))) {
            return true;
        }
        if (!waiting.tryAcquire()) {
            return false;
        }
        try {
            long pause = SHORTEST_PAUSE.toNanos();
            while (end - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(Math.min(pause, Math.max(1, end - System.nanoTime())));
                if (gate.read(() -> shows(generation, versions))) {
                    return true;
                }
                pause = Math.min(pause * 2, LONGEST_PAUSE.toNanos());
            }
            return false;
        } finally {
            waiting.release();
        }
    }

    private static boolean shows(ReadGeneration generation, List<AggregateVersion> versions) {
        for (AggregateType type : generation.reads()) {
            Map<String, Long> wanted = new HashMap<>();
            versions.stream()
                    .filter(one -> one.type() == type)
                    .forEach(one -> wanted.merge(one.id(), one.version(), Math::max));
            if (wanted.isEmpty()) {
                continue;
            }
            Document ids = new Document("_id", new Document("$in", List.copyOf(wanted.keySet())));
            for (Document mirror : generation.mirrors(type).find(ids).projection(new Document("version", 1))) {
                String id = mirror.getString("_id");
                if (mirror.get("version", Number.class).longValue() >= wanted.getOrDefault(id, 0L)) {
                    wanted.remove(id);
                }
            }
            if (!wanted.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
