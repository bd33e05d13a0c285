package dev.studybuddy.publisher.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Visits all states within the bounds, in breadth-first order, until a step violates a property. */
final class Exploration {

    private static final int NO_POISON = -1;

    private final Bounds bounds;
    private final SessionRule publishers;
    private final BrokerSteps brokers;
    private final Set<String> visited = new HashSet<>();
    private final Queue<Reached> open = new ArrayDeque<>();
    private final Set<Action> actions = EnumSet.noneOf(Action.class);
    private boolean isComplete;

    /**
     * This record is the shortest path to a state. It holds no states, because the search needs each state only once.
     */
    private record Path(@Nullable Path previous, Action action, String detail) {

        List<String> history() {
            List<String> steps = new ArrayList<>();
            for (Path path = this; path != null; path = path.previous()) {
                steps.addFirst(path.action() + " " + path.detail());
            }
            return steps;
        }
    }

    /** A state that the search has reached and not yet expanded. */
    private record Reached(State state, @Nullable Path path) {}

    /**
     * This record is the result of an exploration.
     *
     * @param states the number of different states that were visited
     * @param actions the kinds of steps that occurred
     * @param isComplete whether a state has all events on the log and all rows processed
     * @param violation the shortest history that violates a property, or an empty list
     */
    record Result(int states, Set<Action> actions, boolean isComplete, List<String> violation) {}

    private Exploration(Bounds bounds, RuleMutant mutant) {
        this.bounds = bounds;
        this.publishers = new SessionRule(bounds, mutant);
        this.brokers = new BrokerSteps(bounds, mutant);
    }

    static Result of(Bounds bounds, RuleMutant mutant) {
        return new Exploration(bounds, mutant).run();
    }

    private Result run() {
        IntStream.concat(IntStream.of(NO_POISON), bounds.events())
                .forEach(poison -> visit(State.initial(bounds, poison), null));
        List<String> violation = List.of();
        while (violation.isEmpty() && !open.isEmpty()) {
            violation = expand(open.remove());
        }
        return new Result(visited.size(), actions, isComplete, violation);
    }

    /** Visits the states that one step reaches, and returns the history of a violation or an empty list. */
    private List<String> expand(Reached from) {
        for (Step step : Stream.of(publishers.steps(from.state()), brokers.steps(from.state()))
                .flatMap(List::stream)
                .toList()) {
            Path path = new Path(from.path(), step.action(), step.detail());
            actions.add(step.action());
            if (!step.isOrdered() || step.next().acknowledgedButAbsent() != 0) {
                return path.history();
            }
            visit(step.next().prune(), path);
        }
        return List.of();
    }

    private void visit(State state, @Nullable Path path) {
        if (visited.add(state.encode())) {
            open.add(new Reached(state, path));
            int all = Masks.of(bounds.events().boxed().toList());
            isComplete |= state.processed() == all && (state.log().committed() | state.deadLettered()) == all;
        }
    }
}
