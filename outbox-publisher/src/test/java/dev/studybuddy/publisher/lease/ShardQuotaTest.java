package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardQuotaTest {

    private static final LeaseTable.Member FIT = member("fit", 1, 60);
    private static final LeaseTable.Member UNFIT = member("unfit", 11, 0);
    private static final LeaseTable.Member NEVER_FIT = new LeaseTable.Member("never-fit", null, Fitness.NEVER);
    private static final LeaseTable.Member FORMER_VERSION =
            new LeaseTable.Member("former-version", null, Fitness.ASSUMED);

    @Test
    void theFairShareCountsFitInstancesOnly() {
        ShardQuota quota = ShardQuota.of(fitness(0, 60), List.of(FIT, UNFIT, NEVER_FIT, FORMER_VERSION));

        assertThat(quota.takesUpTo()).isEqualTo(22);
        assertThat(quota.keeps()).isEqualTo(22);
        assertThat(quota.successorShare()).isEqualTo(22);
        assertThat(quota.successors()).containsExactly(FIT, FORMER_VERSION);
    }

    @Test
    void anUnfitInstanceHandsAllItsShardsToOnesThatSucceededLater() {
        LeaseTable.Member succeededBefore = member("succeeded-before", 4, 60);

        ShardQuota quota = ShardQuota.of(fitness(13, 0), List.of(FIT, UNFIT, succeededBefore));

        assertThat(quota.takesUpTo()).isZero();
        assertThat(quota.keeps()).isZero();
        assertThat(quota.successors()).containsExactly(FIT);
        assertThat(quota.successorShare()).isEqualTo(32);
    }

    @Test
    void anUnfitInstanceKeepsItsShardsWhileNoneSucceededLater() {
        ShardQuota quota = ShardQuota.of(fitness(11, 0), List.of(member("succeeded-before", 9, 60)));

        assertThat(quota.takesUpTo()).isZero();
        assertThat(quota.keeps()).isEqualTo(64);
        assertThat(quota.successors()).isEmpty();
    }

    @Test
    void anUnfitInstanceKeepsItsShardsWhileTheFitOnesAreNotProven() {
        ShardQuota quota = ShardQuota.of(fitness(60, 0), List.of(member("recovered", 1, 3)));

        assertThat(quota.keeps()).isEqualTo(64);
        assertThat(quota.successors()).isEmpty();
    }

    @Test
    void ifNoneIsFitAllKeepTheirShardsAndShareTheFreeOnes() {
        ShardQuota quota = ShardQuota.of(Fitness.NEVER, List.of(UNFIT, NEVER_FIT));

        assertThat(quota.takesUpTo()).isEqualTo(22);
        assertThat(quota.keeps()).isEqualTo(64);
        assertThat(quota.successors()).isEmpty();
    }

    @Test
    void aSingleInstanceThatNeverReachedKafkaTakesAllShards() {
        assertThat(ShardQuota.of(Fitness.NEVER, List.of()).takesUpTo()).isEqualTo(64);
    }

    @Test
    void anInstanceThatNeverSucceededHandsItsShardsToAProvenOne() {
        ShardQuota quota = ShardQuota.of(Fitness.NEVER, List.of(FIT));

        assertThat(quota.keeps()).isZero();
        assertThat(quota.successors()).containsExactly(FIT);
        assertThat(quota.successorShare()).isEqualTo(64);
    }

    @Test
    void aLeavingInstancePrefersFitSuccessors() {
        assertThat(ShardQuota.ofLeaving(List.of(UNFIT, FIT)).successors()).containsExactly(FIT);
        assertThat(ShardQuota.ofLeaving(List.of(UNFIT, NEVER_FIT)).successors()).containsExactly(UNFIT, NEVER_FIT);
        assertThat(ShardQuota.ofLeaving(List.of(UNFIT, NEVER_FIT)).successorShare())
                .isEqualTo(32);
    }

    private static LeaseTable.Member member(String id, int sinceSuccessSeconds, int fitForSeconds) {
        return new LeaseTable.Member(id, null, fitness(sinceSuccessSeconds, fitForSeconds));
    }

    private static Fitness fitness(int sinceSuccessSeconds, int fitForSeconds) {
        return new Fitness(Duration.ofSeconds(sinceSuccessSeconds), Duration.ofSeconds(fitForSeconds));
    }
}
