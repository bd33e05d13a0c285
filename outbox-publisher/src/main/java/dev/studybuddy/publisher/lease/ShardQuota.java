package dev.studybuddy.publisher.lease;

import dev.studybuddy.outbox.Shards;
import java.util.List;

/**
 * Determines which shards an instance takes, keeps and hands over, from the fitness of the live instances. Its
 * functions have no side effects.
 *
 * <pre>
 * this instance     another fit one is live   takes up to          keeps                 hands over to
 * ────────────────  ────────────────────────  ───────────────────  ────────────────────  ─────────────────────────
 * fit               yes or no                 64 / fit instances   64 / fit instances    fit instances
 * unfit             yes                       nothing              nothing, or all       fit instances that succeeded
 *                                                                  while none succeeded  since this one became unfit
 *                                                                  since
 * unfit             no                        64 / live instances  all                   no instance
 * leaving           yes or no                 nothing              nothing               fit, otherwise live instances
 * </pre>
 *
 * <p>An instance that never succeeded may take shards while no fit one is live, because a publisher may start before
 * Kafka does. If it does not become fit, it hands the shards over as soon as another instance has been fit for 10 s. An
 * instance that became unfit hands its shards over only if another instance has been fit for 10 s and has succeeded
 * after this one became unfit. An instance that stops hands its shards over without these conditions.
 *
 * @param takesUpTo the instance takes free shards while it serves fewer than this number
 * @param keeps the instance hands over the shards that it serves above this number
 * @param successors the instances that may receive shards from this one
 * @param successorShare the number of shards up to which a successor receives shards
 */
record ShardQuota(int takesUpTo, int keeps, List<LeaseTable.Member> successors, int successorShare) {

    /**
     * Returns the quota of an instance that stays.
     *
     * @param own the fitness of the instance
     * @param others the other live instances
     */
    static ShardQuota of(Fitness own, List<LeaseTable.Member> others) {
        List<LeaseTable.Member> fit = fit(others);
        if (own.isFit()) {
            int share = FairShare.of(Shards.COUNT, fit.size() + 1);
            return new ShardQuota(share, share, fit, share);
        }
        if (fit.isEmpty()) {
            int share = FairShare.of(Shards.COUNT, others.size() + 1);
            return new ShardQuota(share, Shards.COUNT, List.of(), share);
        }
        List<LeaseTable.Member> successors =
                fit.stream().filter(member -> own.handsOverTo(member.fitness())).toList();
        return new ShardQuota(
                0, successors.isEmpty() ? Shards.COUNT : 0, successors, FairShare.of(Shards.COUNT, fit.size()));
    }

    /** Returns the quota of an instance that stops gracefully. */
    static ShardQuota ofLeaving(List<LeaseTable.Member> others) {
        List<LeaseTable.Member> fit = fit(others);
        List<LeaseTable.Member> successors = fit.isEmpty() ? others : fit;
        return new ShardQuota(0, 0, successors, FairShare.of(Shards.COUNT, successors.size()));
    }

    private static List<LeaseTable.Member> fit(List<LeaseTable.Member> members) {
        return members.stream().filter(member -> member.fitness().isFit()).toList();
    }
}
