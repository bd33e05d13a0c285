package dev.studybuddy.publisher.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the heartbeat of this instance, and deletes it when the instance leaves. Another database session may hold a
 * lock on the row of the heartbeat. Such a lock must not stop the renewals and hand-overs of the leases.
 */
final class HeartbeatWriter {

    private static final Logger log = LoggerFactory.getLogger(HeartbeatWriter.class);

    private final LeaseKeeper.Identity self;
    private final LeaseTable table;
    private boolean omitted;
    private boolean deletionTried;
    private boolean deleted;

    HeartbeatWriter(LeaseKeeper.Identity self, LeaseTable table) {
        this.self = self;
        this.table = table;
    }

    /** Writes the heartbeat, and returns the time of the database's clock, or null if it was not written in time. */
    @Nullable
    Instant write() {
        Instant databaseNow =
                table.writeHeartbeat(self.id(), self.address(), self.fitness().get());
        boolean omittedBefore = omitted;
        omitted = databaseNow == null;
        if (omitted && !omittedBefore) {
            log.atWarn()
                    .log("The heartbeat was not written in time; another database session may hold a lock on its row."
                            + " This instance keeps its leases and retries the heartbeat, and other instances soon"
                            + " count this one as not live");
        } else if (omittedBefore && !omitted) {
            log.atInfo().log("The heartbeat is written again");
        }
        return databaseNow;
    }

    /** Deletes the heartbeat, unless an earlier call tried to delete it. */
    void delete() {
        if (!deletionTried) {
            deleted = table.deleteHeartbeat(self.id());
            deletionTried = true;
        }
    }

    /** Deletes the heartbeat if no earlier call deleted it, and returns whether it is deleted. */
    boolean retryDeletion() {
        if (!deleted) {
            deleted = table.deleteHeartbeat(self.id());
        }
        return deleted;
    }
}
