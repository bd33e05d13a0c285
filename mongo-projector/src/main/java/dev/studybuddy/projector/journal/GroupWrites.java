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
    void add(DecidedPlan plan, List<ConditionalWrite> itsWrites) {
        plans.add(plan);
        writes.add(itsWrites);
        ends = Arrays.copyOf(ends, ends.length + 1);
        ends[ends.length - 1] = (ends.length == 1 ? 0 : ends[ends.length - 2]) + itsWrites.size();
    }

    /** Returns the plan to which the write at an index belongs. */
    DecidedPlan planOf(int index) {
        return plans.get(part(index));
    }

    @Override
    public ConditionalWrite get(int index) {
        int part = part(index);
        return writes.get(part).get(part == 0 ? index : index - ends[part - 1]);
    }

    @Override
    public int size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    private int part(int index) {
        int found = Arrays.binarySearch(ends, index + 1);
        int part = found >= 0 ? found : -found - 1;
        // A part without writes has the same end as the part before it.
        while (part > 0 && ends[part - 1] == ends[part]) {
            part--;
        }
        return part;
    }
}
