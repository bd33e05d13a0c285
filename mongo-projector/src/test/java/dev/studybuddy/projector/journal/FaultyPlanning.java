package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** The real planner with a fault around it. */
final class FaultyPlanning {

    private FaultyPlanning() {}

    static Planning of(Mutant mutant, Planning real) {
        return switch (mutant) {
            case CHAIN_WITHIN_BATCH_FORGOTTEN -> (entries, mirrors) -> eachAlone(real, entries, mirrors);
            case VERSION_PLANNED_WITHOUT_OFFSET ->
                (entries, mirrors) -> real.plan(withoutSameVersions(entries, mirrors), mirrors);
            default -> real;
        };
    }

    private static Plan eachAlone(Planning real, List<Entry> entries, Map<String, Document> mirrors) {
        Map<String, RollupChange> rollups = new LinkedHashMap<>();
        Map<String, MirrorChange> changed = new LinkedHashMap<>();
        List<Document> dead = new ArrayList<>();
        for (Entry entry : entries) {
            Plan alone = real.plan(List.of(entry), mirrors);
            alone.rollups().forEach(one -> rollups.merge(one.id(), one, FaultyPlanning::sum));
            alone.mirrors().forEach(one -> changed.put(one.id(), one));
            dead.addAll(alone.dead());
        }
        return new Plan(List.copyOf(rollups.values()), List.copyOf(changed.values()), dead);
    }

    private static RollupChange sum(RollupChange one, RollupChange other) {
        Map<String, Long> amounts = new HashMap<>(one.amounts());
        other.amounts().forEach((path, amount) -> amounts.merge(path, amount, Long::sum));
        return new RollupChange(one.id(), one.born(), amounts);
    }

    private static List<Entry> withoutSameVersions(List<Entry> entries, Map<String, Document> mirrors) {
        Map<String, Long> known = new HashMap<>();
        mirrors.forEach((id, mirror) ->
                known.put(id, mirror.get("version", Number.class).longValue()));
        List<Entry> kept = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Event event) {
                long version = event.state().version();
                if (known.getOrDefault(event.state().id(), 0L) == version) {
                    continue;
                }
                known.merge(event.state().id(), version, Math::max);
            }
            kept.add(entry);
        }
        return kept;
    }
}
