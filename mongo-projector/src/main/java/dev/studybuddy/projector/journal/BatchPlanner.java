package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.Sums;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Plans a batch from its records and from the mirrors before it. The planner chains the states of each aggregate. Each
 * state adds contribution(new) − contribution(previous) to the rollups; the sum along a chain is contribution(last) −
 * contribution(mirror), because the states between them cancel out. The planner still computes the contribution of
 * every state, so that the set of dead letters does not depend on the boundaries of batches. The planner has no side
 * effects.
 */
final class BatchPlanner implements PlanFactory {

    private final ReadModel model;
    private final AggregateType type;
    private final Clock clock;

    BatchPlanner(ReadModel model, AggregateType type, Clock clock) {
        this.model = model;
        this.type = type;
        this.clock = clock;
    }

    @Override
    public Plan plan(List<DecodedRecord> records, Map<String, Document> mirrors) {
        Map<String, Chain> chains = new LinkedHashMap<>();
        List<Document> deadLetters = new ArrayList<>();
        for (DecodedRecord record : records) {
            switch (record) {
                case DecodedRecord.Unreadable unreadable ->
                    deadLetters.add(unreadable.deadLetter().toDocument());
                case DecodedRecord.Event event -> {
                    try {
                        chain(event, chains, mirrors);
                    } catch (UnplannableException failed) {
                        deadLetters.add(
                                event.toDeadLetter().apply(failed.failure).toDocument());
                    }
                }
            }
        }
        Sums sums = new Sums();
        List<MirrorChange> changed = new ArrayList<>();
        Instant now = clock.instant();
        for (Chain chain : chains.values()) {
            model.contribute(sums, chain.last.state(), 1);
            if (chain.mirrored != null) {
                model.contribute(sums, chain.mirrored, -1);
            }
            changed.add(MirrorState.toChange(chain.last, now));
        }
        List<RollupChange> rollups = new ArrayList<>();
        sums.forEach((key, amounts) -> rollups.add(new RollupChange(key.id(), RollupFields.of(key), amounts)));
        return new Plan(rollups, changed, deadLetters);
    }

    private void chain(DecodedRecord.Event event, Map<String, Chain> chains, Map<String, Document> mirrors)
            throws UnplannableException {
        AggregateState state = event.state();
        Chain chain = chains.get(state.id());
        MirrorState previous = chain == null ? previousMirror(mirrors.get(state.id())) : chain.toMirror();
        if (!previous.isOlderThan(state.version(), event.offset())) {
            return;
        }
        try {
            model.contribute(BatchPlanner::rejectZeroCharacters, state, 1);
            if (chain == null) {
                AggregateState mirrored = previous.state();
                if (mirrored != null) {
                    model.contribute(BatchPlanner::rejectZeroCharacters, mirrored, 1);
                }
                chains.put(state.id(), new Chain(mirrored, event));
            } else {
                chain.last = event;
            }
        } catch (RuntimeException failed) {
            throw new UnplannableException(PlanFailure.CONTRIBUTION_FAILED, failed);
        }
    }

    private MirrorState previousMirror(@Nullable Document mirror) throws UnplannableException {
        if (mirror == null) {
            return MirrorState.ABSENT;
        }
        try {
            return MirrorState.of(type, mirror);
        } catch (RuntimeException failed) {
            throw new UnplannableException(PlanFailure.MIRROR_UNREADABLE, failed);
        }
    }

    private static void rejectZeroCharacters(RollupKey key, String path, long amount) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the path contains a zero character: " + path.replace('\0', '?'));
        }
    }

    /** A chain holds the state of one aggregate's mirror before the batch, and the last event of the batch. */
    private static final class Chain {

        private final @Nullable AggregateState mirrored;
        private DecodedRecord.Event last;

        Chain(@Nullable AggregateState mirrored, DecodedRecord.Event last) {
            this.mirrored = mirrored;
            this.last = last;
        }

        MirrorState toMirror() {
            return new MirrorState(last.state().version(), last.offset(), last.state());
        }
    }

    /** Signals that {@link #chain} could not add an event; the event has left no trace in the plan. */
    private static final class UnplannableException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient PlanFailure failure;

        UnplannableException(String reason, RuntimeException cause) {
            super(cause);
            this.failure = new PlanFailure(reason, String.valueOf(cause.getMessage()));
        }
    }
}
