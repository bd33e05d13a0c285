package dev.studybuddy.api.outbox;

import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Repository;

/**
 * Searches for events that are not on their topics: pending events and those that a publisher dead-lettered. Its
 * statements may read different states of the database, and a dead-lettered event that an operator retries becomes
 * pending again. Therefore a search without a result in the dead-lettered events continues in the pending ones.
 */
@Repository
public final class UnpublishedEvents {

    private final PendingEvents pendingEvents;
    private final DeadLetteredEvents deadLetteredEvents;

    UnpublishedEvents(PendingEvents pendingEvents, DeadLetteredEvents deadLetteredEvents) {
        this.pendingEvents = pendingEvents;
        this.deadLetteredEvents = deadLetteredEvents;
    }

    /**
     * Returns whether any event that was created no later than a time is pending, or was dead-lettered at that time or
     * later; empty if the search, which takes about a second at most, neither found one nor reached the end.
     */
    public Optional<Boolean> hasAnySince(Instant time) {
        return deadLetteredEvents.hasAnySince(time).map(deadLettered -> deadLettered || pendingEvents.hasPending(time));
    }

    /**
     * Returns whether any snapshot that was created in this time is not on its topic. A pending event that was created
     * no later than {@code createdUpTo} counts as a snapshot.
     */
    public boolean hasSnapshot(Instant createdFrom, Instant createdUpTo) {
        return pendingEvents.hasPending(createdUpTo)
                || deadLetteredEvents.hasSnapshot(createdFrom, createdUpTo)
                || pendingEvents.hasPending(createdUpTo);
    }
}
