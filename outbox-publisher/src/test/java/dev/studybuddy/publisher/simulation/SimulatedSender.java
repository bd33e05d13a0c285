package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Simulates the Kafka client of one instance, which passes its requests to the simulated broker. */
final class SimulatedSender implements EventSender {

    private static final String UNCHECKED_REASON = "the topic is not checked yet";

    private final SimulatedBroker broker;
    private final SimulatedInstance instance;
    private final Random random;
    private final Mutant mutant;
    private SimulatedSession session = new SimulatedSession(1);

    SimulatedSender(SimulatedBroker broker, SimulatedInstance instance, Random random, Mutant mutant) {
        this.broker = broker;
        this.instance = instance;
        this.random = random;
        this.mutant = mutant;
    }

    @Override
    public void send(OutboxRow row, OutcomeSink sink) {
        if (!isUnchecked(row, sink)) {
            broker.accept(new SimulatedRequest(instance, row, false, null, sink));
        }
    }

    @Override
    public void sendIsolated(OutboxRow row, OutcomeSink sink) {
        if (!isUnchecked(row, sink)) {
            SimulatedRequest request = new SimulatedRequest(instance, row, false, null, sink);
            request.isolated = true;
            broker.accept(request);
        }
    }

    private boolean isUnchecked(OutboxRow row, OutcomeSink sink) {
        if (broker.unchecked) {
            sink.accept(row, new SendOutcome.TopicUnchecked(UNCHECKED_REASON));
        }
        return broker.unchecked;
    }

    @Override
    public long openProducerSession() {
        if (!session.open) {
            session = new SimulatedSession(session.number + 1);
        }
        return session.number;
    }

    @Override
    public boolean sendChained(OutboxRow row, long number, OutcomeSink sink) {
        if (broker.clientRefuses && random.nextInt(20) == 0) {
            return mutant.handlesRefusalLate(row, sink);
        }
        return !broker.unchecked
                && session.number == number
                && broker.accept(new SimulatedRequest(instance, row, false, session, sink));
    }

    @Override
    public @Nullable String blockReason(String aggregateType) {
        return broker.unchecked ? UNCHECKED_REASON : null;
    }

    @Override
    public boolean areBrokersReachable() {
        return !broker.unavailable;
    }

    @Override
    public int partition(Aggregate aggregate) {
        return SimulatedBroker.partition(aggregate);
    }

    @Override
    public void deadLetter(OutboxRow row, String reason, OutcomeSink sink) {
        broker.accept(new SimulatedRequest(instance, row, true, null, sink));
    }
}
