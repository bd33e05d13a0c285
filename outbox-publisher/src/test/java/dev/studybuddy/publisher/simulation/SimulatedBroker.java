package dev.studybuddy.publisher.simulation;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Simulates the topic and the requests on their way to it. Each request is answered, fails at the client, or arrives
 * after it failed there.
 */
final class SimulatedBroker {

    static final long DELIVERY_TIMEOUT_NANOS = 5_000_000_000L;
    private static final int PARTITIONS = 3;

    private final MonotonicClock clock;
    private final Random random;
    private final Mutant mutant;
    /** This list holds the records of the topic, in their order. */
    final List<OutboxRow> topic = new ArrayList<>();

    private final List<SimulatedRequest> requests = new ArrayList<>();
    /** Each element is a batch, which arrives whole. */
    private final List<List<OutboxRow>> lateBatches = new ArrayList<>();
    /** This list holds the violations that are found during sends. */
    final List<Violation> violations = new ArrayList<>();

    boolean unavailable;
    /** While this flag is true, no request has an outcome, as if the thread of the client had ended. */
    boolean clientThreadEnded;

    /** While this flag is true, no dead letter is answered before its deadline. */
    boolean deadLettersUnavailable;

    /** While this flag is true, each dead letter fails at once. */
    boolean deadLettersFail;

    /** The broker does not answer for the records of these rows before their deadline. */
    Predicate<OutboxRow> unanswered = row -> false;

    /** The broker refuses the records of these rows. */
    Predicate<OutboxRow> refuses = row -> false;

    /** The records of these rows fail by an error that concerns their partition. */
    Predicate<OutboxRow> fails = row -> false;

    /**
     * While this flag is true, a record that fails is in a producer batch with all rows of its partition that were sent
     * alone and have no outcome yet, and they fail with it. An isolated row shares this batch with isolated rows only.
     * The client can batch two isolated rows of a partition, so they fail together if the publisher sends both at once.
     */
    boolean failsWholeBatches;

    /** While this flag is true, the publisher has not checked the topic yet, so that it sends nothing. */
    boolean unchecked;

    /** The records of these rows fail by an error that concerns the topic. */
    Predicate<OutboxRow> failsTopic = row -> false;

    /** While this flag is true, the client refuses some of the chained rows. */
    boolean clientRefuses = true;

    SimulatedBroker(MonotonicClock clock, Random random, Mutant mutant) {
        this.clock = clock;
        this.random = random;
        this.mutant = mutant;
    }

    EventSender senderOf(SimulatedInstance instance) {
        return new SimulatedSender(this, instance, random, mutant);
    }

    /** Returns the partition of the records of an aggregate. */
    static int partition(Aggregate aggregate) {
        return Math.floorMod(aggregate.id().hashCode(), PARTITIONS);
    }

    /** Accepts a request, and returns false if its session ended during the call. */
    boolean accept(SimulatedRequest request) {
        long beganNanos = clock.nanos();
        request.instance.runBeforeSend();
        if (request.session != null && !request.session.open) {
            return false;
        }
        request.frozenInsideSend = clock.nanos() > beganNanos;
        request.deadlineNanos = clock.nanos() + DELIVERY_TIMEOUT_NANOS;
        for (SimulatedRequest other : requests) {
            boolean sameInstance = other.instance == request.instance;
            boolean sameSession = request.session != null && request.session == other.session;
            if (sameInstance && !sameSession && other.aggregateId().equals(request.aggregateId())) {
                violations.add(new Violation(Violation.Kind.TWO_OF_ONE_AGGREGATE, request.row.toString()));
            }
            if (!sameInstance
                    && other.shard() == request.shard()
                    && !other.frozenInsideSend
                    && !request.frozenInsideSend) {
                violations.add(new Violation(
                        Violation.Kind.TWO_INSTANCES,
                        "shard " + request.shard() + ": " + other.instance.id + " and " + request.instance.id));
            }
        }
        requests.add(request);
        return true;
    }

    int countRequests() {
        return requests.size();
    }

    boolean isIdle() {
        return requests.isEmpty();
    }

    /** Freezes a random half of the requests of an instance that is frozen until this time. */
    void freeze(SimulatedInstance instance, long untilNanos) {
        for (SimulatedRequest request : requests) {
            if (request.instance == instance && random.nextBoolean()) {
                request.frozenInsideSend = true;
                request.deadlineNanos = Math.max(request.deadlineNanos, untilNanos);
            }
        }
    }

    /** Completes one random request or batch, after a late batch may have arrived. */
    void step(boolean faults) {
        if (!lateBatches.isEmpty() && random.nextInt(4) == 0) {
            topic.addAll(lateBatches.remove(random.nextInt(lateBatches.size())));
        }
        List<SimulatedRequest> answerable = requests.stream()
                .filter(request -> clock.nanos() < request.instance.slowFromNanos
                        || clock.nanos() >= request.instance.slowUntilNanos)
                .filter(request -> !request.instance.isWithoutKafka())
                .filter(request -> !(request.deadLetter && deadLettersUnavailable))
                .filter(request -> !unanswered.test(request.row))
                .toList();
        if (answerable.isEmpty() || (unavailable && faults) || clientThreadEnded) {
            return;
        }
        SimulatedRequest request = answerable.get(random.nextInt(answerable.size()));
        int chance = faults ? random.nextInt(20) : 20;
        if (request.session != null) {
            answerBatch(request.session, chance);
            return;
        }
        if (failsWholeBatches && !request.deadLetter && failBatch(request)) {
            return;
        }
        requests.remove(request);
        if (chance == 0 || (request.deadLetter && deadLettersFail)) {
            fail(request);
        } else if (!request.deadLetter && (chance == 2 || failsTopic.test(request.row))) {
            request.sink.accept(request.row, new SendOutcome.TopicBlocked("simulated"));
        } else if (!request.deadLetter && fails.test(request.row)) {
            request.sink.accept(request.row, new SendOutcome.PartitionUnavailable("simulated"));
        } else if (!request.deadLetter && (chance == 1 || refuses.test(request.row))) {
            request.sink.accept(request.row, new SendOutcome.Refused("simulated"));
        } else {
            if (!request.deadLetter) {
                topic.add(request.row);
            }
            request.sink.accept(request.row, new SendOutcome.Acknowledged(0, topic.size()));
        }
    }

    /** Fails all requests of the same producer batch if the record of one of them fails, and returns whether it did. */
    private boolean failBatch(SimulatedRequest answered) {
        List<SimulatedRequest> batch = requests.stream()
                .filter(other -> other.session == null && !other.deadLetter && other.isolated == answered.isolated)
                .filter(other -> other.partition() == answered.partition())
                .toList();
        boolean failed = batch.stream().anyMatch(other -> fails.test(other.row));
        if (failed) {
            requests.removeAll(batch);
            batch.forEach(other -> other.sink.accept(other.row, new SendOutcome.PartitionUnavailable("simulated")));
        }
        return failed;
    }

    private void answerBatch(SimulatedSession session, int chance) {
        if (chance == 0) {
            end(session, new SendOutcome.PartitionUnavailable("simulated"), true);
        } else if (chance == 2 || beginsWith(session, failsTopic)) {
            end(session, new SendOutcome.TopicBlocked("simulated"), false);
        } else if (beginsWith(session, fails)) {
            end(session, new SendOutcome.PartitionUnavailable("simulated"), false);
        } else if (chance == 1 || beginsWith(session, refuses)) {
            end(session, new SendOutcome.Refused("simulated"), false);
        } else {
            for (SimulatedRequest request : takeBatch(session)) {
                topic.add(request.row);
                request.sink.accept(request.row, new SendOutcome.Acknowledged(0, topic.size()));
            }
        }
    }

    private boolean beginsWith(SimulatedSession session, Predicate<OutboxRow> matching) {
        return requests.stream()
                .filter(request -> request.session == session)
                .findFirst()
                .filter(request -> matching.test(request.row))
                .isPresent();
    }

    /** Removes the next batch of a session from the open requests, which has a random size. */
    private List<SimulatedRequest> takeBatch(SimulatedSession session) {
        List<SimulatedRequest> all =
                requests.stream().filter(request -> request.session == session).toList();
        List<SimulatedRequest> batch = all.subList(0, all.isEmpty() ? 0 : 1 + random.nextInt(all.size()));
        requests.removeAll(batch);
        return batch;
    }

    /**
     * Ends a session, because its next batch failed.
     *
     * @param mayArrive whether the batch may be on the topic, or may arrive late
     */
    private void end(SimulatedSession session, SendOutcome cause, boolean mayArrive) {
        List<SimulatedRequest> batch = takeBatch(session);
        if (mayArrive) {
            arriveOrNot(batch.stream().map(request -> request.row).toList());
        }
        for (int n = 0; n < batch.size(); n++) {
            batch.get(n).sink.accept(batch.get(n).row, new SendOutcome.SessionEnded(n == 0 ? cause : null));
        }
        if (mutant.sessionContinuesAfterFailure()) {
            return;
        }
        session.open = false;
        for (SimulatedRequest request : List.copyOf(requests)) {
            if (request.session == session) {
                requests.remove(request);
                request.sink.accept(request.row, new SendOutcome.SessionEnded(null));
            }
        }
    }

    private void arriveOrNot(List<OutboxRow> rows) {
        switch (random.nextInt(3)) {
            case 0 -> topic.addAll(rows);
            case 1 -> lateBatches.add(rows);
            default -> {
                // The records never arrive.
            }
        }
    }

    /** Fails the requests whose deadline is over. */
    void expire() {
        endAll(request -> clock.nanos() >= request.deadlineNanos && !clientThreadEnded);
    }

    /** Restarts the broker. Each open request fails, and its record may or may not be on the topic. */
    void restart() {
        endAll(request -> true);
    }

    private void endAll(Predicate<SimulatedRequest> matching) {
        for (SimulatedRequest request : List.copyOf(requests)) {
            if (!requests.contains(request) || !matching.test(request)) {
                continue;
            }
            if (request.session != null) {
                end(request.session, new SendOutcome.PartitionUnavailable("simulated"), true);
            } else {
                requests.remove(request);
                fail(request);
            }
        }
    }

    private void fail(SimulatedRequest request) {
        if (!request.deadLetter) {
            arriveOrNot(List.of(request.row));
        }
        request.sink.accept(request.row, new SendOutcome.PartitionUnavailable("simulated"));
    }

    /** Removes the requests of an instance that crashed or stopped. Their records may still arrive. */
    void removeRequests(SimulatedInstance instance) {
        for (SimulatedRequest request : List.copyOf(requests)) {
            if (request.instance != instance || !requests.contains(request)) {
                continue;
            }
            List<SimulatedRequest> batch = request.session == null ? List.of(request) : takeBatch(request.session);
            if (request.session != null) {
                request.session.open = false;
                requests.removeIf(other -> other.session == request.session);
            }
            requests.remove(request);
            if (!request.deadLetter && random.nextBoolean()) {
                lateBatches.add(batch.stream().map(sent -> sent.row).toList());
            }
        }
    }
}
