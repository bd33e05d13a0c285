package dev.studybuddy.publisher.publish;

import dev.studybuddy.outbox.Shards;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Lines whose head may go, by shard, first come first served; and how much of each shard is under way. */
final class ReadyLines {

    private final List<Queue<Line>> byShard = new ArrayList<>(Shards.COUNT);
    private final int[] busy = new int[Shards.COUNT];

    ReadyLines() {
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            byShard.add(new ArrayDeque<>());
        }
    }

    void add(Line line) {
        byShard.get(line.aggregate.shard()).add(line);
    }

    @Nullable
    Line poll(int shard) {
        return byShard.get(shard).poll();
    }

    void remove(Line line) {
        byShard.get(line.aggregate.shard()).remove(line);
    }

    boolean any(int shard) {
        return !byShard.get(shard).isEmpty();
    }

    void busy(int shard, int change) {
        busy[shard] += change;
    }

    int busy(int shard) {
        return busy[shard];
    }
}
