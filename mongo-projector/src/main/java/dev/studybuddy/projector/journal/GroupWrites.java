package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.mongo.ConditionalWrite;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Lists the writes of several plans to one collection. Each write is built on access, so that only one bulk of them
 * is in memory.
 */
final class GroupWrites extends AbstractList<ConditionalWrite> implements RandomAccess {

    private final List<DecidedPlan> plans = new ArrayList<>();
    private final List<List<ConditionalWrite>> writes = new ArrayList<>();
    private int[] ends = {};

    /** Appends the writes of a plan. */
    void add(DecidedPlan plan, List<ConditionalWrite> planWrites) {
        plans.add(plan);
        writes.add(planWrites);
        ends = Arrays.copyOf(ends, ends.length + 1);
        ends[ends.length - 1] = (ends.length == 1 ? 0 : ends[ends.length - 2]) + planWrites.size();
    }

    /** Returns the plan to which the write at an index belongs. */
    DecidedPlan planOf(int index) {
        return plans.get(findPlanIndex(index));
    }

    @Override
    public ConditionalWrite get(int index) {
        int plan = findPlanIndex(index);
        return writes.get(plan).get(plan == 0 ? index : index - ends[plan - 1]);
    }

    @Override
    public int size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** Returns the index of the plan to which the write at an index belongs. */
    private int findPlanIndex(int index) {
        int found = Arrays.binarySearch(ends, index + 1);
        int plan = found >= 0 ? found : -found - 1;
        // A plan without writes has the same end as the plan before it.
        while (plan > 0 && ends[plan - 1] == ends[plan]) {
            plan--;
        }
        return plan;
    }
}
