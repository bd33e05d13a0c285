package dev.studybuddy.publisher.lease;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * Stores the starting points of the shards. With a starting point, a new owner publishes new rows at once and does not
 * read the whole pending index first. No promise depends on it: the owner reads the whole index afterwards, so a wrong
 * starting point only delays events.
 *
 * <p>A method throws Spring's {@code DataAccessException} if its statement fails.
 */
public interface StartingPoints {

    /**
     * Returns the starting points of these shards, none of them later than the database's present time. A shard whose
     * row another database session has locked may have none.
     */
    Map<Integer, Instant> read(Collection<Integer> shards);

    /**
     * Writes the starting point of each shard that the instance still owns in the epoch of the point. It omits shards
     * whose rows other database sessions have locked.
     *
     * @return the number of points that were written
     */
    int write(String instance, Collection<StartingPoint> points);
}
