package dev.studybuddy.publisher.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

/** Lists the steps that the brokers and the network can take. */
final class BrokerSteps {

    private final Bounds bounds;
    private final RuleMutant mutant;

    BrokerSteps(Bounds bounds, RuleMutant mutant) {
        this.bounds = bounds;
        this.mutant = mutant;
    }

    List<Step> steps(State state) {
        List<Step> steps = new ArrayList<>();
        Partition log = state.log();
        for (Batch batch : new LinkedHashSet<>(state.onTheWay().toList())) {
            if (log.accepts(batch)) {
                arrive(state, batch, batch, steps);
                if (mutant == RuleMutant.BATCH_IS_DIVISIBLE && batch.events().size() > 1) {
                    Batch end = new Batch(
                            batch.producer(),
                            batch.sequence() + 1,
                            batch.events().subList(1, batch.events().size()));
                    arrive(state, batch, end, steps);
                }
            }
        }
        if (!log.uncommitted().isEmpty()) {
            steps.add(new Step(Action.REPLICATE, "", state.withLog(log.replicate()), true));
        }
        for (int kept = 0; kept < log.uncommitted().size(); kept++) {
            steps.add(new Step(Action.CHANGE_LEADER, "keeps " + kept, state.withLog(log.truncate(kept)), true));
        }
        IntStream.range(0, bounds.producers())
                .filter(producer -> log.canLoseState(producer) && mayLoseState(state, producer))
                .forEach(producer -> steps.add(new Step(
                        Action.LOSE_STATE, "session " + producer, state.withLog(log.loseState(producer)), true)));
        return steps;
    }

    private void arrive(State state, Batch sent, Batch appended, List<Step> steps) {
        String detail = "session " + sent.producer() + " "
                + appended.events().stream().map(bounds::name).toList();
        boolean isOrdered = isOrdered(state, appended);
        steps.add(new Step(Action.ARRIVE, detail, state.withLog(state.log().append(appended)), isOrdered));
    }

    /** Returns whether each event of the batch is on the log already, or follows all earlier versions. */
    private boolean isOrdered(State state, Batch batch) {
        int present = state.log().events();
        boolean isOrdered = true;
        for (int event : batch.events()) {
            int missing = bounds.earlier(event) & ~present & ~state.deadLettered();
            isOrdered &= Masks.contains(present, event) || missing == 0;
            present |= Masks.of(event);
        }
        return isOrdered;
    }

    /**
     * Returns whether the broker may lose the state of a session, which it keeps for a day after the last append. The
     * session has noted long before the end of that day that it is idle.
     */
    private boolean mayLoseState(State state, int producer) {
        return state.sessions()
                .filter(session -> session.producer() == producer && session.idle())
                .anyMatch(session -> session.inFlight().stream().noneMatch(state.log()::hasAppended));
    }
}
