package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.api.outbox.StuckRowTable;
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

    private final StuckRowTable rows;
    private final PublishingPauses pauses;

    StuckEvents(StuckRowTable rows, PublishingPauses pauses) {
        this.rows = rows;
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
            found.addAll(rows.findDeadLettered(MAX_LISTED - found.size()));
        }
        return found.stream().map(StuckEvent::of).toList();
    }

    private List<OutboxEvent> findPending() {
        List<String> paused =
                pauses.findAll().stream().map(PublishingPauses.PausedType::type).toList();
        return Stream.concat(rows.findWaiting(paused, MAX_LISTED).stream(), findUnattempted(paused).stream())
                .limit(MAX_LISTED)
                .toList();
    }

    private List<OutboxEvent> findUnattempted(List<String> paused) {
        if (paused.isEmpty()) {
            return rows.findOldUnattempted(MAX_LISTED);
        }
        return paused.contains(OutboxPauses.ALL) ? List.of() : rows.findOldUnattemptedNotPaused(MAX_LISTED);
    }
}
