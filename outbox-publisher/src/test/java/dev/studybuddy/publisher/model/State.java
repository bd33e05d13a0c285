package dev.studybuddy.publisher.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * This record is a state of the table, the publishers, the network and the partition.
 *
 * @param poison the event that the client refuses each time, or -1
 * @param processed the events whose rows are marked as processed
 * @param deadLettered the events whose rows are dead-lettered, which are also processed
 * @param abandoned the batches that no session counts as in flight, but that may still arrive
 */
record State(
        int poison,
        int processed,
        int deadLettered,
        List<PublisherMemory> publishers,
        List<Batch> abandoned,
        Partition log) {

    static State initial(Bounds bounds, int poison) {
        return new State(
                poison,
                0,
                0,
                Collections.nCopies(bounds.publishers(), PublisherMemory.initial()),
                List.of(),
                Partition.empty(bounds));
    }

    State withPublisher(int number, PublisherMemory changed) {
        List<PublisherMemory> all = new ArrayList<>(publishers);
        all.set(number, changed);
        return new State(poison, processed, deadLettered, List.copyOf(all), abandoned, log);
    }

    State abandon(List<Batch> batches) {
        List<Batch> all = Stream.concat(abandoned.stream(), batches.stream())
                .filter(batch -> !log.hasCommitted(batch))
                .distinct()
                .sorted(Batch.ORDER)
                .toList();
        return new State(poison, processed, deadLettered, publishers, all, log);
    }

    State withLog(Partition changed) {
        List<Batch> open =
                abandoned.stream().filter(batch -> !changed.hasCommitted(batch)).toList();
        return new State(poison, processed, deadLettered, publishers, open, changed);
    }

    State mark(int event) {
        return new State(poison, processed | Masks.of(event), deadLettered, publishers, abandoned, log);
    }

    State deadLetter(int event) {
        int changed = deadLettered | Masks.of(event);
        return new State(poison, processed | Masks.of(event), changed, publishers, abandoned, log);
    }

    Stream<OpenProducerSession> sessions() {
        return publishers.stream().flatMap(publisher -> Stream.ofNullable(publisher.session()));
    }

    /** Returns the batches that may arrive at the broker now, for the first time or again. */
    Stream<Batch> onTheWay() {
        return Stream.concat(sessions().flatMap(session -> session.inFlight().stream()), abandoned.stream());
    }

    /** Returns the events that a publisher or the table has recorded as acknowledged, although the log lacks them. */
    int acknowledgedButAbsent() {
        int acknowledged = processed & ~deadLettered;
        for (PublisherMemory publisher : publishers) {
            acknowledged |= publisher.acknowledged();
        }
        return acknowledged & ~log.events();
    }

    /** Returns the state without the parts that can have no further effect. */
    State prune() {
        List<Batch> batches = onTheWay().toList();
        int inUse = 0;
        for (Batch batch : batches) {
            inUse |= Masks.of(batch.producer());
        }
        for (OpenProducerSession session : sessions().toList()) {
            inUse |= Masks.of(session.producer());
        }
        List<PublisherMemory> pruned =
                publishers.stream().map(publisher -> publisher.prune(processed)).toList();
        return new State(poison, processed, deadLettered, pruned, abandoned, log.prune(batches, inUse));
    }

    /**
     * Returns a text that two states share only if they are equal. If the sessions have no numbers, states that differ
     * only in the order of the publishers count as equal.
     */
    String encode() {
        StringBuilder code = new StringBuilder(64);
        code.append((char) (poison + 1)).append((char) processed).append((char) deadLettered);
        Stream<String> codes = publishers.stream().map(PublisherMemory::encode);
        (log.isNumbered() ? codes : codes.sorted()).forEach(code::append);
        code.append((char) abandoned.size());
        abandoned.forEach(batch -> batch.encode(code));
        log.encode(code);
        return code.toString();
    }

    static void encode(List<Integer> events, StringBuilder code) {
        code.append((char) events.size());
        events.forEach(event -> code.append((char) event.intValue()));
    }
}
