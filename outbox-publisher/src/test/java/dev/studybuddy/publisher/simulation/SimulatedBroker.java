package dev.studybuddy.publisher.simulation;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Simulates the topic and the requests on their way to it. Each request is answered, given up, or arrives after it was
 * given up.
 */
final class SimulatedBroker {

    static final long DELIVERY_TIMEOUT_NANOS = 5_000_000_000L;

    private final MonotonicClock clock;
    private final Random random;
    /** This list holds the records of the topic, in their order. */
    final List<OutboxRow> topic = new ArrayList<>();

    private final List<Request> requests = new ArrayList<>();
    private final List<OutboxRow> lateRecords = new ArrayList<>();
    /** This list holds the violations that are seen during sends. */
    final List<Violation> violations = new ArrayList<>();

    boolean unavailable;

    /** A request is a send that has no outcome yet. */
    private static final class Request {
        final SimulatedInstance instance;
        final OutboxRow row;
        final boolean deadLetter;
        final EventSender.OutcomeSink sink;
        long deadlineNanos;
        boolean pausedInsideSend;

        Request(SimulatedInstance instance, OutboxRow row, boolean deadLetter, EventSender.OutcomeSink sink) {
            this.instance = instance;
            this.row = row;
            this.deadLetter = deadLetter;
            this.sink = sink;
        }
    }

    SimulatedBroker(MonotonicClock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    EventSender senderOf(SimulatedInstance instance) {
        return new EventSender() {
            @Override
            public void send(OutboxRow row, OutcomeSink sink) {
                accept(new Request(instance, row, false, sink));
            }

            @Override
            public @Nullable String blockReason(String aggregateType) {
                return null;
            }

            @Override
            public void deadLetter(OutboxRow row, String reason, OutcomeSink sink) {
                accept(new Request(instance, row, true, sink));
            }
        };
    }

    private void accept(Request request) {
        long beganNanos = clock.nanos();
        request.instance.beforeSend.run();
        request.pausedInsideSend = clock.nanos() > beganNanos;
        request.deadlineNanos = clock.nanos() + DELIVERY_TIMEOUT_NANOS;
        for (Request other : requests) {
            boolean sameInstance = other.instance == request.instance;
            if (sameInstance && aggregateId(other).equals(aggregateId(request))) {
                violations.add(new Violation(Violation.Kind.TWO_OF_ONE_AGGREGATE, request.row.toString()));
            }
            if (!sameInstance
                    && shard(other) == shard(request)
                    && !other.pausedInsideSend
                    && !request.pausedInsideSend) {
                violations.add(new Violation(
                        Violation.Kind.TWO_INSTANCES,
                        "shard " + shard(request) + ": " + other.instance.id + " and " + request.instance.id));
            }
        }
        requests.add(request);
    }

    private static String aggregateId(Request request) {
        return request.row.aggregate().id();
    }

    /** Returns the shard of the aggregate by the right count, even if a mutant uses another one. */
    private static int shard(Request request) {
        return Shards.of(request.row.aggregate().type(), request.row.aggregate().id());
    }

    boolean isIdle() {
        return requests.isEmpty();
    }

    /** Pauses the instance until this time. A random half of its requests pause with it. */
    void pause(SimulatedInstance instance, long untilNanos) {
        for (Request request : requests) {
            if (request.instance == instance && random.nextBoolean()) {
                request.pausedInsideSend = true;
                request.deadlineNanos = Math.max(request.deadlineNanos, untilNanos);
            }
        }
    }

    /** Completes one random request, after a late record may have arrived. */
    void step(boolean faults) {
        if (!lateRecords.isEmpty() && random.nextInt(4) == 0) {
            topic.add(lateRecords.remove(random.nextInt(lateRecords.size())));
        }
        List<Request> answerable = requests.stream()
                .filter(request -> clock.nanos() < request.instance.slowFromNanos
                        || clock.nanos() >= request.instance.slowUntilNanos)
                .toList();
        if (answerable.isEmpty() || (unavailable && faults)) {
            return;
        }
        Request request = answerable.get(random.nextInt(answerable.size()));
        requests.remove(request);
        int chance = faults ? random.nextInt(20) : 20;
        if (chance == 0) {
            giveUp(request);
        } else if (chance == 1 && !request.deadLetter) {
            request.sink.accept(request.row, new SendOutcome.Refused("simulated"));
        } else {
            if (!request.deadLetter) {
                topic.add(request.row);
            }
            request.sink.accept(request.row, new SendOutcome.Acknowledged(0, topic.size()));
        }
    }

    /** Gives up the requests whose deadline is over. */
    void expire() {
        endAll(request -> clock.nanos() >= request.deadlineNanos);
    }

    /** Restarts the broker. Each open request is given up, and its record may or may not be on the topic. */
    void restart() {
        endAll(request -> true);
    }

    private void endAll(Predicate<Request> matching) {
        for (Request request : List.copyOf(requests)) {
            if (matching.test(request)) {
                requests.remove(request);
                giveUp(request);
            }
        }
    }

    private void giveUp(Request request) {
        if (!request.deadLetter) {
            switch (random.nextInt(3)) {
                case 0 -> topic.add(request.row);
                case 1 -> lateRecords.add(request.row);
                default -> {
                    // The record never arrives.
                }
            }
        }
        request.sink.accept(request.row, new SendOutcome.BrokerUnavailable("simulated"));
    }

    /** Removes the requests of a stopped instance. Their records may still arrive. */
    void removeRequests(SimulatedInstance instance) {
        for (Request request : List.copyOf(requests)) {
            if (request.instance == instance) {
                requests.remove(request);
                if (!request.deadLetter && random.nextBoolean()) {
                    lateRecords.add(request.row);
                }
            }
        }
    }
}
