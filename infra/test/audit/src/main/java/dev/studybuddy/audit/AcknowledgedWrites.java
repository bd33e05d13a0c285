package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Holds the acknowledged writes, which SQL must contain. It grows with each write, so it suits a load of a known size.
 * Several threads may use it at once.
 */
public final class AcknowledgedWrites {

    private final Queue<AcknowledgedWrite> all = new ConcurrentLinkedQueue<>();

    /** Records an acknowledged write. */
    public void add(AcknowledgedWrite one) {
        all.add(one);
    }

    /** Returns the number of recorded writes. */
    public int size() {
        return all.size();
    }

    /** Returns a finding for each recorded write that SQL lacks or has lost. */
    List<Finding> compareWith(Map<AggregateKey, AggregateState> states) {
        List<Finding> findings = new ArrayList<>();
        Map<AggregateKey, Map<Long, AcknowledgedWrite>> changes = new HashMap<>();
        for (AcknowledgedWrite one : all) {
            AggregateState state = states.get(one.key());
            if (state == null) {
                findings.add(finding(one, "but SQL lacks the aggregate"));
            } else if (state.version() < one.version()) {
                findings.add(finding(one, "but SQL has only version " + state.version()));
            } else if (one.effect() == AcknowledgedWrite.Effect.DELETED && !(state instanceof DeletedState)) {
                findings.add(finding(one, "but SQL still has the aggregate"));
            }
            if (one.effect() == AcknowledgedWrite.Effect.CHANGED
                    && changes.computeIfAbsent(one.key(), any -> new HashMap<>())
                                    .put(one.version(), one)
                            != null) {
                findings.add(finding(one, "but so was another change with this version: one of them is lost"));
            }
        }
        return findings;
    }

    private static Finding finding(AcknowledgedWrite one, String what) {
        return new Finding(
                one.key().type().plural(), one.key().id(), "version " + one.version() + " was acknowledged, " + what);
    }
}
