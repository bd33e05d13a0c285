package dev.studybuddy.api.outbox;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tracks the batches of events that one job emitted, or that several jobs emitted one after the other, so that they
 * emit events no faster than the publishers publish them. A backlog that these jobs did not cause, for example of a
 * blocked or a paused type, does not delay them. One thread at a time uses a tracker.
 */
public final class EmittedEvents {

    private static final int MAX_UNPUBLISHED = 1000;

    /**
     * A batch counts as published if none of its last events, at most this number, is pending. The last events are
     * usually published last.
     */
    private static final int MAX_SAMPLE = 20;

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private final PendingEvents pendingEvents;
    private final int batchSize;
    private final Deque<Batch> batches = new ArrayDeque<>();
    /** The batches contain this number of events. */
    private int unpublished;

    private record Batch(AggregateType type, EventKind kind, int events, List<String> sample) {}

    /**
     * Creates a tracker without batches.
     *
     * @param batchSize the largest number of events of a batch
     */
    EmittedEvents(PendingEvents pendingEvents, int batchSize) {
        this.pendingEvents = pendingEvents;
        this.batchSize = batchSize;
    }

    /** Records a batch of events that the job emitted. */
    public void record(AggregateType type, EventKind kind, List<? extends AggregateState> states) {
        if (!states.isEmpty()) {
            int from = Math.max(0, states.size() - MAX_SAMPLE);
            batches.add(new Batch(
                    type,
                    kind,
                    states.size(),
                    states.subList(from, states.size()).stream()
                            .map(AggregateState::id)
                            .toList()));
            unpublished += states.size();
        }
    }

    /**
     * Waits until the unpublished events and the events of the next batch are together at most 1 000. During the wait,
     * the job reports which events are not published yet.
     *
     * @throws dev.studybuddy.api.job.JobStoppedException if the job must stop
     */
    public void awaitPublished(JobContext job) {
        job.checkpoint();
        while (unpublished > MAX_UNPUBLISHED - batchSize) {
            Batch first = batches.element();
            if (pendingEvents.hasPending(first.type(), first.kind(), first.sample())) {
                // Another batch is checked next, because one event may stay pending for long.
                batches.add(batches.remove());
                job.reportWait(describePending());
                job.waitFor(CHECK_INTERVAL);
            } else {
                batches.remove();
                unpublished -= first.events();
            }
        }
        job.reportWait(null);
    }

    /**
     * Describes the events of all batches. The text does not depend on the order of the batches, because each new text
     * is written to the database.
     */
    private String describePending() {
        return batches.stream()
                .map(Batch::type)
                .distinct()
                .sorted()
                .map(AggregateType::code)
                .collect(Collectors.joining(
                        " and of the type ",
                        "Events of the type ",
                        " that this job or an earlier one of its kind emitted are not published yet."
                                + " GET /api/health/sync shows the publishers, Kafka and what is paused."));
    }
}
