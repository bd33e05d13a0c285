package dev.studybuddy.publisher.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * This record holds the log of a partition. The committed part is on all replicas. A leader change may remove the end
 * of the uncommitted part. The committed part is a set of events, because a repeat of an event changes nothing.
 *
 * @param isNumbered whether the broker compares sequence numbers; if not, it accepts every batch
 * @param committed the events in the committed part
 * @param uncommitted the batches after it, in their order
 * @param lastSequences the last sequence number of each producer in the committed part, or {@link #NONE}
 * @param committedBatches the committed batches that a response or a repeat may still concern, with sequence numbers
 */
record Partition(
        boolean isNumbered,
        int committed,
        List<Batch> uncommitted,
        List<Integer> lastSequences,
        List<Batch> committedBatches) {

    static final int NONE = -1;

    static Partition empty(Bounds bounds) {
        List<Integer> sequences = Collections.nCopies(bounds.producers(), NONE);
        return new Partition(bounds.isNumbered(), 0, List.of(), sequences, List.of());
    }

    /** Returns all events on the leader's log. */
    int events() {
        int all = committed;
        for (Batch batch : uncommitted) {
            all |= Masks.of(batch.events());
        }
        return all;
    }

    /** Returns whether the broker can acknowledge the batch. */
    boolean hasCommitted(Batch batch) {
        return isNumbered ? committedBatches.contains(batch) : (Masks.of(batch.events()) & ~committed) == 0;
    }

    /** Returns whether the leader has the batch, which may not be replicated yet. */
    boolean hasAppended(Batch batch) {
        return isNumbered
                ? uncommitted.contains(batch) || hasCommitted(batch)
                : (Masks.of(batch.events()) & ~events()) == 0;
    }

    /** Returns whether the broker appends the batch. A broker without the producer's state accepts any number. */
    boolean accepts(Batch batch) {
        if (!isNumbered) {
            return !hasAppended(batch);
        }
        int last = lastSequence(batch.producer());
        return last == NONE || batch.sequence() == last + 1;
    }

    private int lastSequence(int producer) {
        int last = lastSequences.get(producer);
        for (Batch batch : uncommitted) {
            if (batch.producer() == producer) {
                last = batch.lastSequence();
            }
        }
        return last;
    }

    Partition append(Batch batch) {
        int present = events();
        List<Integer> appended = batch.events().stream()
                .filter(event -> isNumbered || !Masks.contains(present, event))
                .toList();
        List<Batch> all = new ArrayList<>(uncommitted);
        all.add(new Batch(batch.producer(), batch.sequence(), appended));
        return with(committed, all, lastSequences, committedBatches);
    }

    /** Replicates the first uncommitted batch. */
    Partition replicate() {
        Batch batch = uncommitted.getFirst();
        int replicated = committed | Masks.of(batch.events());
        List<Batch> rest = uncommitted.subList(1, uncommitted.size());
        if (!isNumbered) {
            return with(replicated, rest, lastSequences, committedBatches);
        }
        List<Batch> batches = new ArrayList<>(committedBatches);
        if (!batches.contains(batch)) {
            batches.add(batch);
        }
        batches.sort(Batch.ORDER);
        return with(replicated, rest, sequencesWith(batch.producer(), batch.lastSequence()), batches);
    }

    /** Returns the log of a new leader that has only the first uncommitted batches. */
    Partition truncate(int kept) {
        return with(committed, uncommitted.subList(0, kept), lastSequences, committedBatches);
    }

    /** Returns whether the broker has a state of the producer that it can lose. */
    boolean canLoseState(int producer) {
        return lastSequences.get(producer) != NONE
                && uncommitted.stream().noneMatch(batch -> batch.producer() == producer);
    }

    Partition loseState(int producer) {
        return with(committed, uncommitted, sequencesWith(producer, NONE), committedBatches);
    }

    /** Removes the state of producers that have ended and of batches that nothing concerns any more. */
    Partition prune(List<Batch> onTheWay, int producersInUse) {
        if (!isNumbered) {
            return this;
        }
        List<Integer> sequences = new ArrayList<>(lastSequences);
        for (int producer = 0; producer < sequences.size(); producer++) {
            if (!Masks.contains(producersInUse, producer)) {
                sequences.set(producer, NONE);
            }
        }
        return with(
                committed,
                uncommitted,
                sequences,
                committedBatches.stream().filter(onTheWay::contains).toList());
    }

    private List<Integer> sequencesWith(int producer, int sequence) {
        List<Integer> sequences = new ArrayList<>(lastSequences);
        sequences.set(producer, sequence);
        return sequences;
    }

    private Partition with(int events, List<Batch> open, List<Integer> sequences, List<Batch> batches) {
        return new Partition(isNumbered, events, List.copyOf(open), List.copyOf(sequences), List.copyOf(batches));
    }

    void encode(StringBuilder code) {
        code.append((char) committed).append((char) uncommitted.size());
        uncommitted.forEach(batch -> batch.encode(code));
        lastSequences.forEach(last -> code.append((char) (last + 1)));
        code.append((char) committedBatches.size());
        committedBatches.forEach(batch -> batch.encode(code));
    }
}
