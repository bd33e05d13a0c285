package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import org.jspecify.annotations.Nullable;

/** A request is a send that has no outcome yet. The requests of a session form batches in their order. */
final class SimulatedRequest {

    final SimulatedInstance instance;
    final OutboxRow row;
    final boolean deadLetter;
    final @Nullable SimulatedSession session;
    boolean isolated;
    final EventSender.OutcomeSink sink;
    long deadlineNanos;
    boolean frozenInsideSend;

    SimulatedRequest(
            SimulatedInstance instance,
            OutboxRow row,
            boolean deadLetter,
            @Nullable SimulatedSession session,
            EventSender.OutcomeSink sink) {
        this.instance = instance;
        this.row = row;
        this.deadLetter = deadLetter;
        this.session = session;
        this.sink = sink;
    }

    String aggregateId() {
        return row.aggregate().id();
    }

    /** Returns the shard of the aggregate by the right count, even if a mutant uses another one. */
    int shard() {
        return Shards.of(row.aggregate().type(), row.aggregate().id());
    }

    int partition() {
        return SimulatedBroker.partition(row.aggregate());
    }
}
