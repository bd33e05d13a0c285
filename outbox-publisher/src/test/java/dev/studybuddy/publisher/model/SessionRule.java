package dev.studybuddy.publisher.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists the steps that the publishers can take, by the predecessor rule and the session rule. */
final class SessionRule {

    private final Bounds bounds;
    private final RuleMutant mutant;

    SessionRule(Bounds bounds, RuleMutant mutant) {
        this.bounds = bounds;
        this.mutant = mutant;
    }

    List<Step> steps(State state) {
        List<Step> steps = new ArrayList<>();
        for (int number = 0; number < bounds.publishers(); number++) {
            handOver(state, number, steps);
            mark(state, number, steps);
            OpenProducerSession session = state.publishers().get(number).session();
            if (session != null) {
                send(state, number, session, steps);
                acknowledge(state, number, session, steps);
                fail(state, number, session, steps);
                rest(state, number, session, steps);
            }
            crash(state, number, steps);
        }
        return steps;
    }

    private void handOver(State state, int number, List<Step> steps) {
        PublisherMemory publisher = state.publishers().get(number);
        PublisherMemory active = withOpenSession(number, publisher);
        if (active == null || active.session() == null) {
            return;
        }
        OpenProducerSession session = active.session();
        for (int event : bounds.events().toArray()) {
            boolean known = Masks.contains(state.processed() | publisher.acknowledged() | session.handed(), event);
            if (known || !(followsAcknowledged(state, publisher, event) || follows(session, event))) {
                continue;
            }
            String detail = detail(number, bounds.name(event));
            if (event != state.poison()) {
                steps.add(step(
                        Action.HAND, detail, state.withPublisher(number, active.withSession(session.hand(event)))));
            }
            refuse(state, number, active, session, event, steps);
        }
    }

    /** Refuses an event before it is sent, for example because the buffer is full. A poison event is always refused. */
    private void refuse(
            State state, int number, PublisherMemory active, OpenProducerSession session, int event, List<Step> steps) {
        String detail = detail(number, bounds.name(event));
        State next = mutant == RuleMutant.GAP_AFTER_A_REFUSAL
                ? state.withPublisher(number, active.withSession(session.pretend(event)))
                : state;
        steps.add(step(Action.REFUSE, detail, next));
        boolean isHead =
                followsAcknowledged(state, active, event) || mutant == RuleMutant.DEAD_LETTER_BEHIND_A_ROW_IN_FLIGHT;
        if (event == state.poison() && isHead) {
            steps.add(step(Action.DEAD_LETTER, detail, state.deadLetter(event)));
        }
    }

    private @Nullable PublisherMemory withOpenSession(int number, PublisherMemory publisher) {
        if (publisher.session() != null) {
            return publisher;
        }
        if (!bounds.mayStart(publisher.started())) {
            return null;
        }
        return start(publisher, OpenProducerSession.start(bounds.producer(number, publisher.started()), startsAlone()));
    }

    private PublisherMemory start(PublisherMemory publisher, OpenProducerSession session) {
        return new PublisherMemory(
                publisher.acknowledged(), bounds.isNumbered() ? publisher.started() + 1 : 0, session);
    }

    private boolean startsAlone() {
        return bounds.isNumbered() && mutant != RuleMutant.FIRST_REQUEST_IS_NOT_ALONE;
    }

    /** Returns whether the predecessor rule allows the publisher to send the event. */
    private boolean followsAcknowledged(State state, PublisherMemory publisher, int event) {
        return bounds.isFirst(event) || Masks.contains(state.processed() | publisher.acknowledged(), event - 1);
    }

    /** Returns whether the session accepted the previous version. */
    private boolean follows(OpenProducerSession session, int event) {
        return !bounds.isFirst(event) && Masks.contains(session.handed(), event - 1);
    }

    private void mark(State state, int number, List<Step> steps) {
        int acknowledged = state.publishers().get(number).acknowledged();
        bounds.events()
                .filter(event -> Masks.contains(acknowledged & ~state.processed(), event))
                .forEach(event -> steps.add(step(Action.MARK, detail(number, bounds.name(event)), state.mark(event))));
    }

    private void send(State state, int number, OpenProducerSession session, List<Step> steps) {
        int limit = session.alone() ? 1 : bounds.requestsInFlight();
        if (session.inFlight().size() >= limit) {
            return;
        }
        for (int size = 1;
                size <= Math.min(bounds.batchEvents(), session.waiting().size());
                size++) {
            State next = withSession(
                    state, number, session.send(size, bounds.isNumbered() ? session.nextSequence() + size : 0));
            steps.add(step(Action.SEND, detail(number, name(session.nextBatch(size))), next));
        }
    }

    /** Receives a response. A batch whose response was lost is acknowledged by the response to a repeated request. */
    private void acknowledge(State state, int number, OpenProducerSession session, List<Step> steps) {
        for (Batch batch : session.inFlight()) {
            boolean isAcknowledged = mutant == RuleMutant.ACKNOWLEDGED_BEFORE_REPLICATION
                    ? state.log().hasAppended(batch)
                    : state.log().hasCommitted(batch);
            if (isAcknowledged) {
                PublisherMemory publisher = state.publishers().get(number);
                PublisherMemory next = new PublisherMemory(
                        publisher.acknowledged() | Masks.of(batch.events()),
                        publisher.started(),
                        session.acknowledge(batch));
                steps.add(step(Action.ACKNOWLEDGE, detail(number, name(batch)), state.withPublisher(number, next)));
            }
        }
    }

    /** Fails a batch, because it expired or the broker refused it. Each request in flight may still arrive. */
    private void fail(State state, int number, OpenProducerSession session, List<Step> steps) {
        if (session.inFlight().isEmpty() && session.waiting().isEmpty()) {
            return;
        }
        String detail = detail(number, "");
        PublisherMemory publisher = state.publishers().get(number);
        State ended = end(state, number);
        steps.add(step(Action.FAIL, detail, ended));
        if (mutant == RuleMutant.NEXT_BATCH_IS_SENT_AFTER_A_FAILURE
                && !session.waiting().isEmpty()) {
            steps.add(step(Action.FAIL, detail, ended.abandon(List.of(session.nextBatch(1)))));
        }
        boolean mayStart = bounds.mayStart(publisher.started());
        int nextProducer = bounds.producer(number, publisher.started());
        if (mutant == RuleMutant.SESSION_CONTINUES_AFTER_A_FAILURE && mayStart) {
            OpenProducerSession next = session.raiseEpoch(nextProducer);
            steps.add(step(Action.FAIL, detail, ended.withPublisher(number, start(publisher, next))));
        }
        if (mutant == RuleMutant.CHAIN_CONTINUES_IN_A_NEW_SESSION && mayStart) {
            OpenProducerSession next = new OpenProducerSession(
                    nextProducer, session.handed(), List.of(), List.of(), 0, startsAlone(), false);
            steps.add(step(Action.FAIL, detail, ended.withPublisher(number, start(publisher, next))));
        }
        if (session.inFlight().size() == 1
                && session.inFlight().getFirst().events().size() > 1) {
            State split = withSession(state, number, session.split()).abandon(session.inFlight());
            steps.add(step(Action.SPLIT, detail, split));
        }
    }

    /**
     * Makes a session idle for so long that the broker may lose its state. This step needs sequence numbers, which the
     * model has only with several requests in flight.
     */
    private void rest(State state, int number, OpenProducerSession session, List<Step> steps) {
        if (bounds.isNumbered()
                && session.waiting().isEmpty()
                && session.inFlight().isEmpty()
                && !session.idle()) {
            boolean alone = session.alone() || mutant != RuleMutant.REQUEST_AFTER_AN_IDLE_TIME_IS_NOT_ALONE;
            steps.add(step(Action.REST, detail(number, ""), withSession(state, number, session.rest(alone))));
        }
    }

    private void crash(State state, int number, List<Step> steps) {
        State ended = end(state, number);
        PublisherMemory empty =
                new PublisherMemory(0, state.publishers().get(number).started(), null);
        steps.add(step(Action.CRASH, detail(number, ""), ended.withPublisher(number, empty)));
    }

    private static State end(State state, int number) {
        PublisherMemory publisher = state.publishers().get(number);
        State ended = state.withPublisher(number, publisher.endSession());
        return publisher.session() == null
                ? ended
                : ended.abandon(publisher.session().inFlight());
    }

    private static State withSession(State state, int number, OpenProducerSession session) {
        return state.withPublisher(number, state.publishers().get(number).withSession(session));
    }

    private static Step step(Action action, String detail, State next) {
        return new Step(action, detail, next, true);
    }

    private static String detail(int number, String what) {
        return "publisher " + (number + 1) + " " + what;
    }

    private String name(Batch batch) {
        return batch.events().stream().map(bounds::name).toList().toString();
    }
}
