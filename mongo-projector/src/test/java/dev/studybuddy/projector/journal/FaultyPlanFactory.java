package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Wraps the real planner in the fault of a mutant. */
final class FaultyPlanFactory {

    private FaultyPlanFactory() {}

    static PlanFactory of(Mutant mutant, PlanFactory real) {
        return switch (mutant) {
            case BATCH_NOT_CHAINED -> (records, mirrors) -> planEachRecord(real, records, mirrors);
            case PLANNER_IGNORES_OFFSET ->
                (records, mirrors) -> real.plan(dropRepeatedVersions(records, mirrors), mirrors);
            default -> real;
        };
    }

    private static Plan planEachRecord(PlanFactory real, List<DecodedRecord> records, Map<String, Document> mirrors) {
        Map<String, RollupChange> rollups = new LinkedHashMap<>();
        Map<String, MirrorChange> changed = new LinkedHashMap<>();
        List<Document> deadLetters = new ArrayList<>();
        for (DecodedRecord record : records) {
            Plan single = real.plan(List.of(record), mirrors);
            single.rollups().forEach(one -> rollups.merge(one.id(), one, FaultyPlanFactory::add));
            single.mirrors().forEach(one -> changed.put(one.id(), one));
            deadLetters.addAll(single.deadLetters());
        }
        return new Plan(List.copyOf(rollups.values()), List.copyOf(changed.values()), deadLetters);
    }

    private static RollupChange add(RollupChange one, RollupChange other) {
        Map<String, Long> amounts = new HashMap<>(one.amounts());
        other.amounts().forEach((path, amount) -> amounts.merge(path, amount, Long::sum));
        return new RollupChange(one.id(), one.insertFields(), amounts);
    }

    private static List<DecodedRecord> dropRepeatedVersions(
            List<DecodedRecord> records, Map<String, Document> mirrors) {
        Map<String, Long> latestVersions = new HashMap<>();
        mirrors.forEach((id, mirror) ->
                latestVersions.put(id, mirror.get("version", Number.class).longValue()));
        List<DecodedRecord> kept = new ArrayList<>();
        for (DecodedRecord record : records) {
            if (record instanceof DecodedRecord.Event event) {
                long version = event.state().version();
                if (latestVersions.getOrDefault(event.state().id(), 0L) == version) {
                    continue;
                }
                latestVersions.merge(event.state().id(), version, Math::max);
            }
            kept.add(record);
        }
        return kept;
    }
}
