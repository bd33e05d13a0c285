package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Aggregate types whose topic can't take records. Their rows leave memory, so that they cost the others nothing; where
 * the first of them stands is kept for each shard, and a sweep begins there when the block is tried again.
 *
 * <pre>WELL ──blocked──▶ BLOCKED ──backoff over, or the topic was put right──▶ TRIED ──acknowledged──▶ WELL</pre>
 */
final class TopicBlocks {

    private final Backoff backoff;
    private final Map<String, Block> blocks = new HashMap<>();

    private static final class Block {
        boolean blocked;
        long until;
        int failures;
        String reason = "";
        final Map<Integer, Position> skipped = new HashMap<>();
    }

    /** Rows of a shard to be read again from here. */
    record Resumed(int shard, Position from) {}

    TopicBlocks(Backoff backoff) {
        this.backoff = backoff;
    }

    boolean blocked(String type) {
        Block block = blocks.get(type);
        return block != null && block.blocked;
    }

    /** A send failed for its topic; answers whether the type was well until now. */
    boolean block(String type, long nowNanos, String reason) {
        Block block = blocks.computeIfAbsent(type, key -> new Block());
        boolean first = block.failures == 0;
        if (!block.blocked) {
            block.blocked = true;
            block.until = nowNanos + backoff.nanos(block.failures);
            block.failures++;
        }
        block.reason = reason;
        return first;
    }

    /** A row of a blocked type was left where it is. */
    void skip(String type, int shard, Position position) {
        Block block = blocks.get(type);
        if (block != null) {
            Position before = position.minus(Duration.ofMillis(1));
            block.skipped.merge(shard, before, (a, b) -> b.isBefore(a) ? b : a);
        }
    }

    /** The topic was put right: try at once. */
    void opened(String type, long nowNanos) {
        Block block = blocks.get(type);
        if (block != null && block.blocked) {
            block.until = nowNanos;
        }
    }

    /** A send was acknowledged; answers whether the type was blocked until now. */
    boolean acknowledged(String type) {
        Block block = blocks.get(type);
        if (block == null || block.blocked) {
            return false;
        }
        blocks.remove(type);
        return true;
    }

    /** Lifts the blocks that are due and worth a try, and says where to read again. */
    List<Resumed> due(long nowNanos, Function<String, @Nullable String> stillBlocked) {
        List<Resumed> resumed = new ArrayList<>();
        for (Map.Entry<String, Block> entry : blocks.entrySet()) {
            Block block = entry.getValue();
            if (!block.blocked || nowNanos - block.until < 0) {
                continue;
            }
            String reason = stillBlocked.apply(entry.getKey());
            if (reason != null) {
                block.reason = reason;
                block.until = nowNanos + backoff.nanos(block.failures++);
            } else {
                block.blocked = false;
                block.skipped.forEach((shard, from) -> resumed.add(new Resumed(shard, from)));
                block.skipped.clear();
            }
        }
        return resumed;
    }

    @Nullable
    Long nextNanos() {
        return blocks.values().stream()
                .filter(block -> block.blocked)
                .map(block -> block.until)
                .min(Long::compare)
                .orElse(null);
    }

    /** Why, by type. */
    Map<String, String> reasons() {
        Map<String, String> reasons = new TreeMap<>();
        blocks.forEach((type, block) -> {
            if (block.failures > 0) {
                reasons.put(type, block.reason);
            }
        });
        return reasons;
    }

    void forgetShard(int shard) {
        blocks.values().forEach(block -> block.skipped.remove(shard));
    }
}
