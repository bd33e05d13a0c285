package dev.studybuddy.publisher.lease;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lease table stores the lease rows and the publishers' heartbeats. A method runs one statement, or a few if other
 * database sessions hold locks on lease rows. All times are times of the database's clock.
 *
 * <p>A method throws Spring's {@code DataAccessException} if its statement fails. A lost race is not an error, but
 * makes the result shorter.
 */
public interface LeaseTable {

    /**
     * Writes the instance's heartbeat with its fitness.
     *
     * @param address the UDP address at which the instance receives wake-ups; null if it has none
     * @return the time of the database's clock, or null if the heartbeat was not written in time, for example because
     *     another database session holds a lock on its row
     */
    @Nullable
    Instant writeHeartbeat(String instance, @Nullable String address, Fitness fitness);

    /**
     * Renews the leases that the instance owns and that have not expired. A lease that is missing in the result is
     * lost, unless another database session holds a lock on its row.
     */
    Renewal renew(String instance);

    /**
     * Takes the shards that are free or whose leases are expired, and raises their epochs. It omits shards whose rows
     * other database sessions have locked.
     */
    List<OwnedLease> take(String instance, List<Integer> shards);

    /**
     * Returns every lease row that can be read. While another database session holds locks on rows, these rows may be
     * missing.
     */
    List<Row> rows();

    /**
     * Returns the live instances, including this one, ordered by id. An instance may be missing while another database
     * session holds a lock on its heartbeat row.
     */
    List<Member> live();

    /**
     * Writes the successor as the owner of each shard that the instance still owns in the given epoch. It omits shards
     * whose rows other database sessions have locked.
     *
     * @return the shards that were handed over
     */
    List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor);

    /**
     * Frees each shard that the instance still owns in the given epoch, except for those whose rows other database
     * sessions have locked, and returns the freed shards.
     */
    List<Integer> free(String instance, List<ShardEpoch> shards);

    /**
     * Deletes the instance's heartbeat, and does not wait if another database session holds a lock on its row.
     *
     * @return whether the heartbeat was deleted
     */
    boolean deleteHeartbeat(String instance);

    /** Deletes the heartbeats that are older than an hour, because their instances have ended. */
    void deleteDeadHeartbeats();

    /**
     * A renewal lists the leases that one statement renewed.
     *
     * @param databaseNow the time of the database's clock; null if nothing was renewed
     * @param leases the renewed leases
     * @param locked the shards whose rows the statement could not read, because another database session holds locks on
     *     them; an instance keeps such a lease until its trust ends
     */
    record Renewal(@Nullable Instant databaseNow, List<OwnedLease> leases, Set<Integer> locked) {}

    /**
     * Describes a lease that was renewed or taken.
     *
     * @param sweepRequestedAt the time of an operator's last request for a sweep by the database's clock; null if there
     *     is none
     */
    record OwnedLease(int shard, long epoch, @Nullable Instant sweepRequestedAt) {}

    /**
     * Contains one lease row.
     *
     * @param owner the id of the last owner; null if the shard is free
     * @param expired whether the lease has expired; an expired lease keeps its owner until an instance takes the shard
     */
    record Row(int shard, @Nullable String owner, long epoch, boolean expired) {}

    /**
     * Describes a live instance.
     *
     * @param address the UDP address at which the instance receives wake-ups; null if it has none
     */
    record Member(String id, @Nullable String address, Fitness fitness) {}
}
