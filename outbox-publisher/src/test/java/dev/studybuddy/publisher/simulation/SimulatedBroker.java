package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.OutboxRow;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The topic, and the requests on their way to it: each is answered, given up, or arrives after it was given up. */
final class SimulatedBroker {

    private static final long DELIVERY_TIMEOUT_NANOS = 5_000_000_000L;

    private final LongSupplier nanos;
    private final Random random;
    /** What stands on the topic, in its order. */
    final List<OutboxRow> topic = new ArrayList<>();

    final List<Request> requests = new ArrayList<>();
    private final List<OutboxRow> ghosts = new ArrayList<>();
    /** Violations that are seen while sending. */
    final List<String> violations = new ArrayList<>();

    boolean away;
    boolean twoInstancesAllowed;

    /** A send that has no outcome yet. */
    record Request(String instance, OutboxRow row, boolean dead, long deadline, EventSender.OutcomeSink sink) {}

    SimulatedBroker(LongSupplier nanos, Random random) {
        this.nanos = nanos;
        this.random = random;
    }

    EventSender senderOf(String instance) {
        return new EventSender() {
            @Override
            public void send(OutboxRow row, OutcomeSink sink) {
                accept(new Request(instance, row, false, nanos.getAsLong() + DELIVERY_TIMEOUT_NANOS, sink));
            }

            @Override
            public @Nullable String stillBlocked(String aggregateType) {
                return null;
            }

            @Override
            public void bury(OutboxRow row, String reason, OutcomeSink sink) {
                accept(new Request(instance, row, true, nanos.getAsLong() + DELIVERY_TIMEOUT_NANOS, sink));
            }
        };
    }

    private void accept(Request request) {
        for (Request other : requests) {
            boolean same = other.row().aggregate().equals(request.row().aggregate());
            if (same && other.instance().equals(request.instance())) {
                violations.add("two of one aggregate in flight: " + request.row());
            }
            boolean shard =
                    other.row().aggregate().shard() == request.row().aggregate().shard();
            if (shard && !twoInstancesAllowed && !other.instance().equals(request.instance())) {
                violations.add("two instances in flight for shard "
                        + request.row().aggregate().shard());
            }
        }
        requests.add(request);
    }

    /** Something happens to one request. */
    void step(boolean faults) {
        if (!ghosts.isEmpty() && random.nextInt(4) == 0) {
            topic.add(ghosts.remove(random.nextInt(ghosts.size())));
        }
        if (requests.isEmpty() || (away && faults)) {
            return;
        }
        Request request = requests.remove(random.nextInt(requests.size()));
        int chance = faults ? random.nextInt(20) : 20;
        if (chance == 0) {
            giveUp(request);
        } else if (chance == 1 && !request.dead()) {
            request.sink().accept(request.row(), new SendOutcome.Refused("simulated"));
        } else {
            if (!request.dead()) {
                topic.add(request.row());
            }
            request.sink().accept(request.row(), new SendOutcome.Acknowledged(0, topic.size()));
        }
    }

    /** Gives up what is over its time. */
    void expire() {
        for (Request request : List.copyOf(requests)) {
            if (nanos.getAsLong() >= request.deadline()) {
                requests.remove(request);
                giveUp(request);
            }
        }
    }

    private void giveUp(Request request) {
        if (!request.dead()) {
            switch (random.nextInt(3)) {
                case 0 -> topic.add(request.row());
                case 1 -> ghosts.add(request.row());
                default -> {
                    // It never arrives.
                }
            }
        }
        request.sink().accept(request.row(), new SendOutcome.BrokerAway("simulated"));
    }

    /** The instance is gone: what it sent may still arrive. */
    void crashed(String instance) {
        for (Request request : List.copyOf(requests)) {
            if (request.instance().equals(instance)) {
                requests.remove(request);
                if (!request.dead() && random.nextBoolean()) {
                    ghosts.add(request.row());
                }
            }
        }
    }
}
