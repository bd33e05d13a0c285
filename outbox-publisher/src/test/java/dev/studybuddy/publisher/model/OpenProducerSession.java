package dev.studybuddy.publisher.model;

import java.util.ArrayList;
import java.util.List;

/**
 * This record is a producer session that has not ended.
 *
 * @param producer the number of the session
 * @param handed the events that the session accepted
 * @param waiting the accepted events that are in no request yet
 * @param inFlight the batches that have no response yet
 * @param nextSequence the sequence number of the next event that is sent
 * @param alone whether the next request must be the only one in flight
 * @param idle whether the session has sent nothing for so long that the broker may lose its sequence number
 */
record OpenProducerSession(
        int producer,
        int handed,
        List<Integer> waiting,
        List<Batch> inFlight,
        int nextSequence,
        boolean alone,
        boolean idle) {

    static OpenProducerSession start(int producer, boolean alone) {
        return new OpenProducerSession(producer, 0, List.of(), List.of(), 0, alone, false);
    }

    /** Returns the session after it accepted an event. */
    OpenProducerSession hand(int event) {
        List<Integer> events = new ArrayList<>(waiting);
        events.add(event);
        return new OpenProducerSession(
                producer, handed | Masks.of(event), List.copyOf(events), inFlight, nextSequence, alone, idle);
    }

    /** Returns the session as if it had accepted an event that the client refused. */
    OpenProducerSession pretend(int event) {
        return new OpenProducerSession(
                producer, handed | Masks.of(event), waiting, inFlight, nextSequence, alone, idle);
    }

    /** Returns the batch that the session would send with the next events. */
    Batch nextBatch(int size) {
        return new Batch(producer, nextSequence, waiting.subList(0, size));
    }

    /**
     * Returns the session after it sent the next events.
     *
     * @param sequence the sequence number of the event after them
     */
    OpenProducerSession send(int size, int sequence) {
        List<Batch> batches = new ArrayList<>(inFlight);
        batches.add(nextBatch(size));
        return new OpenProducerSession(
                producer,
                handed,
                List.copyOf(waiting.subList(size, waiting.size())),
                List.copyOf(batches),
                sequence,
                alone,
                idle);
    }

    /** Returns the session after the broker acknowledged a batch. */
    OpenProducerSession acknowledge(Batch batch) {
        List<Batch> batches = new ArrayList<>(inFlight);
        batches.remove(batch);
        return new OpenProducerSession(producer, handed, waiting, List.copyOf(batches), nextSequence, false, false);
    }

    /**
     * Returns the session after the only batch in flight was too large. Its events are sent again in smaller batches.
     */
    OpenProducerSession split() {
        Batch batch = inFlight.getFirst();
        List<Integer> events = new ArrayList<>(batch.events());
        events.addAll(waiting);
        return new OpenProducerSession(producer, handed, List.copyOf(events), List.of(), batch.sequence(), alone, idle);
    }

    /** Returns the session after a long time without a request. */
    OpenProducerSession rest(boolean nextAlone) {
        return new OpenProducerSession(producer, handed, waiting, inFlight, nextSequence, nextAlone, true);
    }

    /** Returns the session with a new producer epoch, which restarts the sequence numbers. */
    OpenProducerSession raiseEpoch(int nextProducer) {
        return new OpenProducerSession(nextProducer, handed, waiting, List.of(), 0, alone, false);
    }

    /** Returns the session without the accepted events that the table shows as processed. */
    OpenProducerSession prune(int processed) {
        return new OpenProducerSession(producer, handed & ~processed, waiting, inFlight, nextSequence, alone, idle);
    }

    void encode(StringBuilder code) {
        code.append((char) producer).append((char) handed).append((char) nextSequence);
        code.append(alone).append(idle);
        State.encode(waiting, code);
        code.append((char) inFlight.size());
        inFlight.forEach(batch -> batch.encode(code));
    }
}
