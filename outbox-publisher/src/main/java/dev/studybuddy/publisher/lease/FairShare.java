package dev.studybuddy.publisher.lease;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Who should own how many shards: ceil(shards / live). Pure. */
final class FairShare {

    private FairShare() {}

    static int of(int shards, int live) {
        return live == 0 ? shards : (shards + live - 1) / live;
    }

    /** Shards that are up for taking, in an order of the instance's own, so that newcomers rarely collide. */
    static List<Integer> takeable(List<LeaseTable.Row> rows, String instance, int atMost) {
        List<Integer> free = new ArrayList<>();
        int start = Math.floorMod(instance.hashCode(), Math.max(1, rows.size()));
        for (int i = 0; i < rows.size() && free.size() < atMost; i++) {
            LeaseTable.Row row = rows.get((start + i) % rows.size());
            if (row.expired()) {
                free.add(row.shard());
            }
        }
        return free;
    }

    /**
     * Gives each shard a successor: the one that owns least, and less than its share.
     *
     * @return shards by successor; shards that nobody has room for are missing
     */
    static Map<String, List<ShardEpoch>> successors(
            Collection<ShardEpoch> shards, List<LeaseTable.Row> rows, List<LeaseTable.Member> candidates, int share) {
        Map<String, Integer> owns = owned(rows, candidates);
        Map<String, List<ShardEpoch>> given = new LinkedHashMap<>();
        for (ShardEpoch shard : shards) {
            owns.entrySet().stream()
                    .filter(entry -> entry.getValue() < share)
                    .min(Comparator.comparingInt(Map.Entry::getValue))
                    .ifPresent(least -> {
                        least.setValue(least.getValue() + 1);
                        given.computeIfAbsent(least.getKey(), key -> new ArrayList<>())
                                .add(shard);
                    });
        }
        return given;
    }

    /** How many more shards the candidates could own. */
    static int room(List<LeaseTable.Row> rows, List<LeaseTable.Member> candidates, int share) {
        return owned(rows, candidates).values().stream()
                .mapToInt(count -> Math.max(0, share - count))
                .sum();
    }

    private static Map<String, Integer> owned(List<LeaseTable.Row> rows, List<LeaseTable.Member> candidates) {
        Map<String, Integer> owns = new LinkedHashMap<>();
        for (LeaseTable.Member member : candidates) {
            owns.put(
                    member.id(),
                    Math.toIntExact(rows.stream()
                            .filter(row -> !row.expired() && Objects.equals(row.owner(), member.id()))
                            .count()));
        }
        return owns;
    }
}
