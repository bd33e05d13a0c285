package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.outbox.OutboxPauses;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Finds stuck events, and dead-lettered events. A pending event of a paused type is not stuck. Stuck events come first,
 * so that dead-lettered events do not hide them.
 */
@Component
public final class StuckEvents {

    private static final int MAX_LISTED = 100;

    private final OutboxTable outbox;
    private final PublishingPauses pauses;

    StuckEvents(OutboxTable outbox, PublishingPauses pauses) {
        this.outbox = outbox;
        this.pauses = pauses;
    }

    /** Returns the number of stuck events, of which 100 is a lower bound. */
    public long count() {
        return findPending().size();
    }

    /** Returns the stuck events and then the dead-lettered ones, at most 100 together. */
    List<StuckEvent> find() {
        List<OutboxEvent> found = new ArrayList<>(findPending());
        if (found.size() < MAX_LISTED) {
            found.addAll(outbox.findDeadLettered(MAX_LISTED - found.size()));
        }
        return found.stream().map(StuckEvent::of).toList();
    }

    private List<OutboxEvent> findPending() {
        List<String> paused =
                pauses.findAll().stream().map(PublishingPauses.PausedType::type).toList();
        return Stream.concat(outbox.findWaiting(paused, MAX_LISTED).stream(), findUnattempted(paused).stream())
                .limit(MAX_LISTED)
                .toList();
    }

    private List<OutboxEvent> findUnattempted(List<String> paused) {
        if (paused.isEmpty()) {
            return outbox.findOldUnattempted(MAX_LISTED);
        }
        return paused.contains(OutboxPauses.ALL) ? List.of() : outbox.findOldUnattemptedNotPaused(MAX_LISTED);
    }
}
