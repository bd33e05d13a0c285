package dev.studybuddy.publisher.ordering;

import dev.studybuddy.outbox.Shards;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Holds the queues whose head is ready, by shard in the order of arrival, and counts the unsettled rows of each shard.
 */
final class ReadyQueues {

    private final List<Queue<AggregateQueue>> byShard = new ArrayList<>(Shards.COUNT);
    private final int[] unsettled = new int[Shards.COUNT];

    ReadyQueues() {
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            byShard.add(new ArrayDeque<>());
        }
    }

    void add(AggregateQueue queue) {
        byShard.get(queue.aggregate.shard()).add(queue);
    }

    @Nullable
    AggregateQueue poll(int shard) {
        return byShard.get(shard).poll();
    }

    void remove(AggregateQueue queue) {
        byShard.get(queue.aggregate.shard()).remove(queue);
    }

    boolean hasReady(int shard) {
        return !byShard.get(shard).isEmpty();
    }

    void addUnsettled(int shard, int change) {
        unsettled[shard] += change;
    }

    int unsettled(int shard) {
        return unsettled[shard];
    }
}
