package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bson.Document;

/** Wraps the real planner in the fault of a mutant. */
final class FaultyPlanFactory {

    private FaultyPlanFactory() {}

    static PlanFactory of(Mutant mutant, PlanFactory real) {
        return switch (mutant) {
            case BATCH_NOT_CHAINED -> () -> new UnchainedBuilder(real);
            case PLANNER_IGNORES_OFFSET -> () -> new VersionOnlyBuilder(real.begin());
            default -> real;
        };
    }

    /** Plans each record as a batch of its own, from the mirrors as they were before the whole batch. */
    private static final class UnchainedBuilder implements PlanBuilder {

        private final PlanFactory real;
        private final Map<String, RollupChange> rollups = new LinkedHashMap<>();
        private final Map<String, MirrorChange> changed = new LinkedHashMap<>();
        private final List<Document> deadLetters = new ArrayList<>();

        UnchainedBuilder(PlanFactory real) {
            this.real = real;
        }

        @Override
        public boolean needsMirror(String id) {
            return true;
        }

        @Override
        public boolean add(DecodedRecord record, Map<String, Supplier<MirrorState>> mirrors) {
            PlanBuilder builder = real.begin();
            builder.add(record, mirrors);
            Plan single = builder.build();
            single.rollups().forEach(one -> rollups.merge(one.id(), one, UnchainedBuilder::add));
            single.mirrors().forEach(one -> changed.put(one.id(), one));
            deadLetters.addAll(single.deadLetters());
            return true;
        }

        @Override
        public void limit(long maxBytes) {}

        @Override
        public long sizeBytes() {
            return 0;
        }

        @Override
        public Plan build() {
            return new Plan(List.copyOf(rollups.values()), List.copyOf(changed.values()), deadLetters);
        }

        private static RollupChange add(RollupChange one, RollupChange other) {
            Map<String, Long> amounts = new HashMap<>(one.amounts());
            other.amounts().forEach((path, amount) -> amounts.merge(path, amount, Long::sum));
            return new RollupChange(one.id(), one.insertFields(), amounts);
        }
    }

    /** Drops each event of the latest version, although its offset is higher. */
    private static final class VersionOnlyBuilder implements PlanBuilder {

        private final PlanBuilder real;
        private final Map<String, Long> latestVersions = new HashMap<>();

        VersionOnlyBuilder(PlanBuilder real) {
            this.real = real;
        }

        @Override
        public boolean needsMirror(String id) {
            return real.needsMirror(id);
        }

        @Override
        public boolean add(DecodedRecord record, Map<String, Supplier<MirrorState>> mirrors) {
            if (record instanceof DecodedRecord.Event event) {
                String id = event.state().id();
                long version = event.state().version();
                MirrorState mirror =
                        mirrors.getOrDefault(id, () -> MirrorState.ABSENT).get();
                long latest = latestVersions.getOrDefault(id, mirror.version());
                if (latest == version) {
                    return true;
                }
                latestVersions.put(id, Math.max(latest, version));
            }
            return real.add(record, mirrors);
        }

        @Override
        public void limit(long maxBytes) {
            real.limit(maxBytes);
        }

        @Override
        public long sizeBytes() {
            return real.sizeBytes();
        }

        @Override
        public Plan build() {
            return real.build();
        }
    }
}
