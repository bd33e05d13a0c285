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
 * The writes that got a 2xx, to be found again. It grows with what is written, so it is for a load of a known size. Safe
 * for use by several threads.
 */
public final class Acknowledgements {

    private final Queue<Acknowledgement> all = new ConcurrentLinkedQueue<>();

    /** Notes a write that was answered with a 2xx. */
    public void add(Acknowledgement one) {
        all.add(one);
    }

    /** How many there are. */
    public int size() {
        return all.size();
    }

    /** Says which of them SQL doesn't know. */
    List<Finding> comparedWith(Map<AggregateKey, AggregateState> truth) {
        List<Finding> findings = new ArrayList<>();
        Map<AggregateKey, Map<Long, Acknowledgement>> changes = new HashMap<>();
        for (Acknowledgement one : all) {
            AggregateState state = truth.get(one.key());
            if (state == null) {
                findings.add(finding(one, "is not there"));
            } else if (state.version() < one.version()) {
                findings.add(finding(one, "has only version " + state.version()));
            } else if (one.effect() == Acknowledgement.Effect.DELETED && !(state instanceof DeletedState)) {
                findings.add(finding(one, "is still there"));
            }
            if (one.effect() == Acknowledgement.Effect.CHANGED
                    && changes.computeIfAbsent(one.key(), any -> new HashMap<>())
                                    .put(one.version(), one)
                            != null) {
                findings.add(finding(one, "has two changes of one version: one is lost"));
            }
        }
        return findings;
    }

    private static Finding finding(Acknowledgement one, String what) {
        return new Finding(
                one.key().type().plural(), one.key().id(), "version " + one.version() + " was acknowledged, " + what);
    }
}
