package dev.studybuddy.publisher.lease;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lease table stores the lease rows and the publishers' heartbeats. Every method runs one statement, or one for each
 * shard. All times are times of the database's clock.
 *
 * <p>A method throws Spring's {@code DataAccessException} if its statement fails. A lost race is not an error, but
 * makes the result shorter.
 */
public interface LeaseTable {

    /** Writes the instance's heartbeat. */
    void writeHeartbeat(String instance, @Nullable String address);

    /** Renews the leases that the instance owns and that have not expired. A lease that the result lacks is lost. */
    Renewal renew(String instance);

    /** Takes the shards that are free or whose leases are expired, and raises their epochs. */
    List<ShardEpoch> take(String instance, List<Integer> shards);

    /** Returns every lease row. */
    List<Row> rows();

    /** Returns the live instances, including this one, ordered by id. */
    List<Member> live();

    /**
     * Writes the successor as the owner of each shard that the instance still owns in the given epoch.
     *
     * @return the shards that were handed over
     */
    List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor);

    /** Frees each shard that the instance still owns in the given epoch, and returns the freed shards. */
    List<Integer> release(String instance, List<ShardEpoch> shards);

    /** Deletes the instance's heartbeat. */
    void deleteHeartbeat(String instance);

    /** Deletes the heartbeats of instances that ended long ago. */
    void deleteDeadHeartbeats();

    /**
     * A renewal lists the leases that one statement renewed.
     *
     * @param databaseNow the time of the database's clock; null if nothing was renewed
     * @param leases the renewed leases
     */
    record Renewal(@Nullable Instant databaseNow, List<Renewed> leases) {}

    /** Describes a renewed lease. */
    record Renewed(int shard, long epoch, @Nullable Instant sweepRequestedAt) {}

    /** Contains one lease row. */
    record Row(int shard, @Nullable String owner, long epoch, boolean expired) {}

    /** Describes a live instance with the UDP address at which it receives wake-ups. */
    record Member(String id, @Nullable String address) {}
}
