package dev.studybuddy.publisher.lease;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Computes how many shards each instance should own: ceil(shards / live). Its functions have no side effects. */
final class FairShare {

    private FairShare() {}

    /** Returns the number of shards that each live instance should own, or all shards if no instance is live. */
    static int of(int shards, int live) {
        return live == 0 ? shards : (shards + live - 1) / live;
    }

    /**
     * Returns shards whose leases have expired, at most {@code limit}. Each instance begins at a different shard, so
     * that new instances rarely collide.
     */
    static List<Integer> expiredShards(List<LeaseTable.Row> rows, String instance, int limit) {
        List<Integer> free = new ArrayList<>();
        int start = Math.floorMod(instance.hashCode(), Math.max(1, rows.size()));
        for (int i = 0; i < rows.size() && free.size() < limit; i++) {
            LeaseTable.Row row = rows.get((start + i) % rows.size());
            if (row.expired()) {
                free.add(row.shard());
            }
        }
        return free;
    }

    /**
     * Assigns each shard to the candidate that owns the fewest shards, if that candidate owns less than its share.
     *
     * @return the shards of each successor; it lacks the shards that no candidate has room for
     */
    static Map<String, List<ShardEpoch>> successors(
            Collection<ShardEpoch> shards, List<LeaseTable.Row> rows, List<LeaseTable.Member> candidates, int share) {
        Map<String, Integer> counts = ownedCounts(rows, candidates);
        Map<String, List<ShardEpoch>> assigned = new LinkedHashMap<>();
        for (ShardEpoch shard : shards) {
            counts.entrySet().stream()
                    .filter(entry -> entry.getValue() < share)
                    .min(Comparator.comparingInt(Map.Entry::getValue))
                    .ifPresent(fewest -> {
                        fewest.setValue(fewest.getValue() + 1);
                        assigned.computeIfAbsent(fewest.getKey(), key -> new ArrayList<>())
                                .add(shard);
                    });
        }
        return assigned;
    }

    /** Returns how many more shards the candidates could own. */
    static int room(List<LeaseTable.Row> rows, List<LeaseTable.Member> candidates, int share) {
        return ownedCounts(rows, candidates).values().stream()
                .mapToInt(count -> Math.max(0, share - count))
                .sum();
    }

    private static Map<String, Integer> ownedCounts(List<LeaseTable.Row> rows, List<LeaseTable.Member> candidates) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (LeaseTable.Member member : candidates) {
            counts.put(
                    member.id(),
                    Math.toIntExact(rows.stream()
                            .filter(row -> !row.expired() && Objects.equals(row.owner(), member.id()))
                            .count()));
        }
        return counts;
    }
}
