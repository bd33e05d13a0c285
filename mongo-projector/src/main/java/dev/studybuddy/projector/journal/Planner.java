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
 * Makes the plan of a batch from its records and the mirrors before it: of each aggregate the states are chained, and what
 * counts is contribution(new) − contribution(previous). Summed along a chain, that is contribution(last) −
 * contribution(mirror): what lies between cancels out, but each state is tried, so that which events are dead letters
 * doesn't depend on where batches are cut. No side effects.
 */
final class Planner implements Planning {

    private final ReadModel model;
    private final AggregateType type;
    private final Clock clock;

    Planner(ReadModel model, AggregateType type, Clock clock) {
        this.model = model;
        this.type = type;
        this.clock = clock;
    }

    @Override
    public Plan plan(List<Entry> entries, Map<String, Document> mirrors) {
        Map<String, Chain> chains = new LinkedHashMap<>();
        List<Document> dead = new ArrayList<>();
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.Unreadable unreadable ->
                    dead.add(unreadable.deadLetter().toDocument());
                case Entry.Event event -> {
                    try {
                        add(event, chains, mirrors);
                    } catch (UnplannableException why) {
                        dead.add(event.deadLetter().apply(why.unplannable).toDocument());
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
            changed.add(Mirror.change(chain.last, now));
        }
        List<RollupChange> rollups = new ArrayList<>();
        sums.forEach((key, amounts) -> rollups.add(new RollupChange(key.id(), born(key), amounts)));
        return new Plan(rollups, changed, dead);
    }

    private void add(Entry.Event event, Map<String, Chain> chains, Map<String, Document> mirrors)
            throws UnplannableException {
        AggregateState state = event.state();
        Chain chain = chains.get(state.id());
        Mirror previous = chain == null ? previous(mirrors.get(state.id())) : chain.reached();
        if (!previous.olderThan(state.version(), event.offset())) {
            return;
        }
        try {
            model.contribute(Planner::check, state, 1);
            if (chain == null) {
                AggregateState mirrored = previous.state();
                if (mirrored != null) {
                    model.contribute(Planner::check, mirrored, 1);
                }
                chains.put(state.id(), new Chain(mirrored, event));
            } else {
                chain.last = event;
            }
        } catch (RuntimeException wrong) {
            throw new UnplannableException(Unplannable.CONTRIBUTION, wrong);
        }
    }

    private Mirror previous(@Nullable Document mirror) throws UnplannableException {
        if (mirror == null) {
            return Mirror.ABSENT;
        }
        try {
            return Mirror.of(type, mirror);
        } catch (RuntimeException wrong) {
            throw new UnplannableException(Unplannable.MIRROR, wrong);
        }
    }

    private static void check(RollupKey key, String path, long amount) {
        if (path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero character in " + path.replace('\0', '?'));
        }
    }

    private static Document born(RollupKey key) {
        Document born = new Document("kind", key.kind()).append("period", key.period());
        if (key.userId() != null) {
            born.append("userId", key.userId());
        }
        if (key.subject() != null) {
            born.append("subject", key.subject());
        }
        return born;
    }

    /** The states of one aggregate in a batch: what the mirror had, and the last event's. */
    private static final class Chain {

        private final @Nullable AggregateState mirrored;
        private Entry.Event last;

        Chain(@Nullable AggregateState mirrored, Entry.Event last) {
            this.mirrored = mirrored;
            this.last = last;
        }

        Mirror reached() {
            return new Mirror(last.state().version(), last.offset(), last.state());
        }
    }

    /** Leaves {@link #add} with the event untouched. */
    private static final class UnplannableException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Unplannable unplannable;

        UnplannableException(String reason, RuntimeException cause) {
            super(cause);
            this.unplannable = new Unplannable(reason, String.valueOf(cause.getMessage()));
        }
    }
}
