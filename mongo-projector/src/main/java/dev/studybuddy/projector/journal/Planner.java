package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.Sums;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/**
 * Makes the plan of a batch from its records and the mirrors before it: of each aggregate the states are chained, and what
 * counts is contribution(new) − contribution(previous). No side effects.
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
        Sums sums = new Sums();
        Map<String, Mirror> known = new HashMap<>();
        Map<String, Document> changed = new LinkedHashMap<>();
        List<Document> dead = new ArrayList<>();
        Instant now = clock.instant();
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.Unreadable unreadable ->
                    dead.add(unreadable.deadLetter().toDocument());
                case Entry.Event event -> {
                    try {
                        add(event, sums, known, mirrors, changed, now);
                    } catch (UnplannableException why) {
                        dead.add(event.deadLetter().apply(why.unplannable).toDocument());
                    }
                }
            }
        }
        List<RollupChange> rollups = new ArrayList<>();
        sums.forEach((key, amounts) -> rollups.add(new RollupChange(key.id(), born(key), amounts)));
        return new Plan(rollups, List.copyOf(changed.values()), dead);
    }

    private void add(
            Entry.Event event,
            Sums sums,
            Map<String, Mirror> known,
            Map<String, Document> mirrors,
            Map<String, Document> changed,
            Instant now)
            throws UnplannableException {
        AggregateState state = event.state();
        Mirror previous = known.get(state.id());
        if (previous == null) {
            previous = previous(mirrors.get(state.id()));
        }
        if (!previous.olderThan(state.version(), event.offset())) {
            return;
        }
        Sums change = new Sums();
        try {
            model.contribute(change, state, 1);
            if (previous.state() != null) {
                model.contribute(change, previous.state(), -1);
            }
            change.forEach((key, amounts) -> amounts.keySet().forEach(Planner::checkPath));
        } catch (RuntimeException wrong) {
            throw new UnplannableException(Unplannable.CONTRIBUTION, wrong);
        }
        sums.addAll(change, 1);
        known.put(state.id(), new Mirror(state.version(), event.offset(), state));
        changed.put(state.id(), Mirror.document(event, now));
    }

    private Mirror previous(@org.jspecify.annotations.Nullable Document mirror) throws UnplannableException {
        if (mirror == null) {
            return Mirror.ABSENT;
        }
        try {
            return Mirror.of(type, mirror);
        } catch (RuntimeException wrong) {
            throw new UnplannableException(Unplannable.MIRROR, wrong);
        }
    }

    private static void checkPath(String path) {
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
