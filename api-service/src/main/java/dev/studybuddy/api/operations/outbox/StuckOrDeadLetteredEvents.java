package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.api.outbox.StuckRowTable;
import dev.studybuddy.api.outbox.StuckRowTable.PendingPosition;
import dev.studybuddy.outbox.OutboxPauses;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Finds the stuck events and the dead-lettered events. A pending event of a paused type is not stuck. Stuck events come
 * first, so that dead-lettered events do not hide them.
 */
@Component
public final class StuckOrDeadLetteredEvents {

    private static final int MAX_COUNTED = 100;

    private final StuckRowTable rows;
    private final PublishingPauses pauses;

    StuckOrDeadLetteredEvents(StuckRowTable rows, PublishingPauses pauses) {
        this.rows = rows;
        this.pauses = pauses;
    }

    /** Returns the number of stuck events, at most 100. The number 100 is a lower bound. */
    public long countStuck() {
        List<String> paused = findPaused();
        int waiting = rows.findWaiting(paused, Position.START, MAX_COUNTED).size();
        int others = findUnattempted(paused, PendingPosition.START, MAX_COUNTED).size();
        return Math.min(MAX_COUNTED, waiting + others);
    }

    /**
     * Returns a page of the stuck events and then of the dead-lettered ones.
     *
     * @param after the position that the page continues after
     * @param limit the largest number of events on the page
     */
    Page<StuckOrDeadLetteredEvent> find(StuckCursor after, int limit) {
        int wanted = limit + 1;
        List<String> paused = findPaused();
        List<OutboxEvent> found = new ArrayList<>();
        Position waiting = after.waiting();
        if (waiting != null) {
            found.addAll(rows.findWaiting(paused, waiting, wanted));
        }
        PendingPosition pending = after.pending();
        if (pending != null && found.size() < wanted) {
            found.addAll(findUnattempted(paused, pending, wanted - found.size()));
        }
        if (found.size() < wanted) {
            found.addAll(rows.findDeadLettered(after.deadLettered(), wanted - found.size()));
        }
        Page<OutboxEvent> page =
                Page.of(found, limit, row -> StuckCursor.after(row).text());
        return new Page<>(
                page.items().stream().map(StuckOrDeadLetteredEvent::of).toList(), page.nextCursor());
    }

    private List<String> findPaused() {
        return pauses.findAll().stream().map(PublishingPauses.PausedType::type).toList();
    }

    private List<OutboxEvent> findUnattempted(List<String> paused, PendingPosition after, int limit) {
        if (paused.isEmpty()) {
            return rows.findOldUnattempted(after, limit);
        }
        return paused.contains(OutboxPauses.ALL) ? List.of() : rows.findOldUnattemptedNotPaused(after, limit);
    }
}
