package dev.studybuddy.publisher.lease;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Creates the leases of an instance that owns given shards. */
public final class OwnedShards {

    private OwnedShards() {}

    /** Returns leases that are always trusted, and the time of the database's clock. */
    public static ShardLeases of(Instant databaseNow, int... shards) {
        ShardLeases leases = new ShardLeases(() -> 0, 0);
        leases.replace(databaseNow, leasesOf(shards));
        return leases;
    }

    /** Adds leases that the instance takes. */
    public static void take(ShardLeases leases, int... shards) {
        leases.add(leasesOf(shards));
    }

    private static List<Lease> leasesOf(int... shards) {
        return IntStream.of(shards)
                .mapToObj(shard -> new Lease(shard, 1, Long.MAX_VALUE, false, null))
                .toList();
    }
}
