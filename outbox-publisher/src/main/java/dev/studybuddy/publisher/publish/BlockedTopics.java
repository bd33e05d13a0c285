package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the aggregate types whose topic accepts no records. Their rows leave memory, so that they cost other types
 * nothing. The first position that was skipped is kept for each shard, and a sweep begins there when the topic is tried
 * again.
 *
 * <pre>AVAILABLE ──blocked──▶ BLOCKED ──backoff over or topic opened──▶ TRIED ──acknowledged──▶ AVAILABLE</pre>
 */
final class BlockedTopics {

    private final Backoff backoff;
    private final Map<String, Block> blocks = new HashMap<>();

    private static final class Block {
        boolean blocked;
        long retryAtNanos;
        int failures;
        String reason = "";
        final Map<Integer, Position> skipped = new HashMap<>();
    }

    /** A shard must be read again from this position. */
    record ResumePoint(int shard, Position from) {}

    BlockedTopics(Backoff backoff) {
        this.backoff = backoff;
    }

    boolean isBlocked(String type) {
        Block block = blocks.get(type);
        return block != null && block.blocked;
    }

    /**
     * Records a send that failed because of its topic.
     *
     * @return whether the type was available until now
     */
    boolean block(String type, long nowNanos, String reason) {
        Block block = blocks.computeIfAbsent(type, key -> new Block());
        boolean wasAvailable = block.failures == 0;
        if (!block.blocked) {
            block.blocked = true;
            block.retryAtNanos = nowNanos + backoff.nanos(block.failures);
            block.failures++;
        }
        block.reason = reason;
        return wasAvailable;
    }

    /** Records that a row of a blocked type stays in the table. */
    void recordSkipped(String type, int shard, Position position) {
        Block block = blocks.get(type);
        if (block != null) {
            Position before = position.minus(Duration.ofMillis(1));
            block.skipped.merge(shard, before, (a, b) -> b.isBefore(a) ? b : a);
        }
    }

    /** Makes the block of a type due at once, because its topic accepts records again. */
    void makeDue(String type, long nowNanos) {
        Block block = blocks.get(type);
        if (block != null && block.blocked) {
            block.retryAtNanos = nowNanos;
        }
    }

    /**
     * Records an acknowledged send.
     *
     * @return whether the type was blocked until now
     */
    boolean recordAcknowledgement(String type) {
        Block block = blocks.get(type);
        if (block == null || block.blocked) {
            return false;
        }
        blocks.remove(type);
        return true;
    }

    /**
     * Lifts the blocks that are due and worth another attempt.
     *
     * @param blockReason returns the reason why a type's topic is still blocked, or null if it can be tried again
     * @return the positions from which shards must be read again
     */
    List<ResumePoint> liftDue(long nowNanos, Function<String, @Nullable String> blockReason) {
        List<ResumePoint> points = new ArrayList<>();
        for (Map.Entry<String, Block> entry : blocks.entrySet()) {
            Block block = entry.getValue();
            if (!block.blocked || nowNanos - block.retryAtNanos < 0) {
                continue;
            }
            String reason = blockReason.apply(entry.getKey());
            if (reason != null) {
                block.reason = reason;
                block.retryAtNanos = nowNanos + backoff.nanos(block.failures++);
            } else {
                block.blocked = false;
                block.skipped.forEach((shard, from) -> points.add(new ResumePoint(shard, from)));
                block.skipped.clear();
            }
        }
        return points;
    }

    @Nullable
    Long nextNanos() {
        return blocks.values().stream()
                .filter(block -> block.blocked)
                .map(block -> block.retryAtNanos)
                .min(Long::compare)
                .orElse(null);
    }

    /** Returns the reason of each block, by aggregate type. */
    Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        blocks.forEach((type, block) -> {
            if (block.failures > 0) {
                reasons.put(type, block.reason);
            }
        });
        return reasons;
    }

    void removeShard(int shard) {
        blocks.values().forEach(block -> block.skipped.remove(shard));
    }
}
