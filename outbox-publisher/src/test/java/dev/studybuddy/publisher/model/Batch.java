package dev.studybuddy.publisher.model;

import java.util.Comparator;
import java.util.List;

/**
 * A batch consists of events that one producer session sent. The broker appends it whole or not at all, however often
 * the client sends it.
 *
 * @param producer the number of the session, which is the producer id
 * @param sequence the sequence number of the first event
 */
record Batch(int producer, int sequence, List<Integer> events) {

    static final Comparator<Batch> ORDER = Comparator.comparingInt(Batch::producer)
            .thenComparingInt(Batch::sequence)
            .thenComparing(Batch::events, Comparator.comparing(List::toString));

    Batch {
        events = List.copyOf(events);
    }

    int lastSequence() {
        return sequence + events.size() - 1;
    }

    void encode(StringBuilder code) {
        code.append((char) producer).append((char) sequence);
        State.encode(events, code);
    }
}
