package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FairShareTest {

    @Test
    void theFairShareIsRoundedUpSoThatEveryShardHasAnOwner() {
        assertThat(FairShare.of(64, 1)).isEqualTo(64);
        assertThat(FairShare.of(64, 3)).isEqualTo(22);
        assertThat(FairShare.of(64, 100)).isEqualTo(1);
    }

    @Test
    void shardsGoToTheInstanceWithTheFewestUpToItsFairShare() {
        List<LeaseTable.Row> rows = IntStream.range(0, 64)
                .mapToObj(shard -> new LeaseTable.Row(shard, shard < 40 ? "a" : "b", 1, false))
                .toList();
        List<LeaseTable.Member> others = List.of(member("b"), member("c"));
        List<ShardEpoch> excess = IntStream.range(0, 18)
                .mapToObj(shard -> new ShardEpoch(shard, 1))
                .toList();

        Map<String, List<ShardEpoch>> assigned = FairShare.successors(excess, rows, others, 22);

        assertThat(assigned).containsOnlyKeys("c");
        assertThat(assigned.get("c")).hasSize(18);
        assertThat(FairShare.room(rows, others, 22)).isEqualTo(22);
    }

    private static LeaseTable.Member member(String id) {
        return new LeaseTable.Member(id, null, Fitness.ASSUMED);
    }
}
