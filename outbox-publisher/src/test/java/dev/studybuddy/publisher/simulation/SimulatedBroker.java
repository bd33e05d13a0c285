package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.OutboxRow;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The topic, and the requests on their way to it: each is answered, given up, or arrives after it was given up. */
final class SimulatedBroker {

    static final long DELIVERY_TIMEOUT_NANOS = 5_000_000_000L;

    private final LongSupplier nanos;
    private final Random random;
    /** What stands on the topic, in its order. */
    final List<OutboxRow> topic = new ArrayList<>();

    private final List<Request> requests = new ArrayList<>();
    private final List<OutboxRow> ghosts = new ArrayList<>();
    /** Violations that are seen while sending. */
    final List<Violation> violations = new ArrayList<>();

    boolean away;

    /** A send that has no outcome yet. */
    private static final class Request {
        final SimulatedInstance by;
        final OutboxRow row;
        final boolean dead;
        final EventSender.OutcomeSink sink;
        long deadline;
        boolean pausedInside;

        Request(SimulatedInstance by, OutboxRow row, boolean dead, EventSender.OutcomeSink sink) {
            this.by = by;
            this.row = row;
            this.dead = dead;
            this.sink = sink;
        }
    }

    SimulatedBroker(LongSupplier nanos, Random random) {
        this.nanos = nanos;
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
        long began = nanos.getAsLong();
        request.by.beforeTheSend.run();
        request.pausedInside = nanos.getAsLong() > began;
        request.deadline = nanos.getAsLong() + DELIVERY_TIMEOUT_NANOS;
        for (Request other : requests) {
            boolean mine = other.by == request.by;
            if (mine && id(other).equals(id(request))) {
                violations.add(new Violation(Violation.Kind.TWO_OF_ONE_AGGREGATE, request.row.toString()));
            }
            if (!mine && shard(other) == shard(request) && !other.pausedInside && !request.pausedInside) {
                violations.add(new Violation(
                        Violation.Kind.TWO_INSTANCES,
                        "shard " + shard(request) + ": " + other.by.id + " and " + request.by.id));
            }
        }
        requests.add(request);
    }

    private static String id(Request request) {
        return request.row.aggregate().id();
    }

    /** The shard that the aggregate has, whatever a mutant believes. */
    private static int shard(Request request) {
        return Shards.of(request.row.aggregate().type(), request.row.aggregate().id());
    }

    boolean quiet() {
        return requests.isEmpty();
    }

    /** The instance stands still until then: half of what it has under way stands still with it. */
    void paused(SimulatedInstance instance, long until) {
        for (Request request : requests) {
            if (request.by == instance && random.nextBoolean()) {
                request.pausedInside = true;
                request.deadline = Math.max(request.deadline, until);
            }
        }
    }

    /** Something happens to one request. */
    void step(boolean faults) {
        if (!ghosts.isEmpty() && random.nextInt(4) == 0) {
            topic.add(ghosts.remove(random.nextInt(ghosts.size())));
        }
        List<Request> answerable = requests.stream()
                .filter(request -> nanos.getAsLong() < request.by.slowFrom || nanos.getAsLong() >= request.by.slowUntil)
                .toList();
        if (answerable.isEmpty() || (away && faults)) {
            return;
        }
        Request request = answerable.get(random.nextInt(answerable.size()));
        requests.remove(request);
        int chance = faults ? random.nextInt(20) : 20;
        if (chance == 0) {
            giveUp(request);
        } else if (chance == 1 && !request.dead) {
            request.sink.accept(request.row, new SendOutcome.Refused("simulated"));
        } else {
            if (!request.dead) {
                topic.add(request.row);
            }
            request.sink.accept(request.row, new SendOutcome.Acknowledged(0, topic.size()));
        }
    }

    /** Gives up what is over its time. */
    void expire() {
        endAll(request -> nanos.getAsLong() >= request.deadline);
    }

    /** The broker ends and comes back: what was under way is on the topic or not, and nobody is told. */
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
        if (!request.dead) {
            switch (random.nextInt(3)) {
                case 0 -> topic.add(request.row);
                case 1 -> ghosts.add(request.row);
                default -> {
                    // It never arrives.
                }
            }
        }
        request.sink.accept(request.row, new SendOutcome.BrokerAway("simulated"));
    }

    /** The instance is gone: what it sent may still arrive. */
    void crashed(SimulatedInstance instance) {
        for (Request request : List.copyOf(requests)) {
            if (request.by == instance) {
                requests.remove(request);
                if (!request.dead && random.nextBoolean()) {
                    ghosts.add(request.row);
                }
            }
        }
    }
}
