package dev.studybuddy.publisher.lease;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lease rows and the publishers' heartbeats. Every method is one statement; times are the database's.
 *
 * <p>Errors are Spring's {@code DataAccessException}; a lost race is a shorter answer, never an error.
 */
public interface LeaseTable {

    /** Writes this instance's heartbeat. */
    void beat(String instance, @Nullable String address);

    /** Renews what the instance owns and what has not expired; what is missing from the answer is lost. */
    Renewal renew(String instance);

    /** Takes those of the shards that are free or expired, raising their epochs. */
    List<ShardEpoch> take(String instance, List<Integer> shards);

    /** Every lease row. */
    List<Row> rows();

    /** Instances whose heartbeat was seen lately, this one included, ordered by id. */
    List<Member> live();

    /**
     * Writes the successor as the owner of the shards that the instance still owns in those epochs.
     *
     * @return the shards that moved
     */
    List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor);

    /** Frees the shards that the instance still owns in those epochs. */
    List<Integer> release(String instance, List<ShardEpoch> shards);

    /** Removes this instance's heartbeat. */
    void leave(String instance);

    /** Removes the heartbeats of instances that are long gone. */
    void forgetDead();

    /**
     * What a renewal found.
     *
     * @param databaseNow the database's clock; null where nothing was renewed
     */
    record Renewal(@Nullable Instant databaseNow, List<Renewed> leases) {}

    /** A renewed lease. */
    record Renewed(int shard, long epoch, @Nullable Instant sweepRequestedAt) {}

    /** A lease row as all see it. */
    record Row(int shard, @Nullable String owner, long epoch, boolean expired) {}

    /** A live instance, with the UDP address that wakes it. */
    record Member(String id, @Nullable String address) {}
}
