package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShardLeasesTest {

    private final ShardLeases leases = new ShardLeases(() -> 0, 0);

    @Test
    void theBitsOfOwnedShardsFollowEveryChange() {
        assertThat(leases.ownedBits()).isZero();

        leases.add(List.of(lease(0), lease(5), lease(63)));
        assertThat(leases.ownedBits()).isEqualTo(1L | (1L << 5) | (1L << 63));

        leases.drain(List.of(5));
        assertThat(leases.ownedBits()).isEqualTo(1L | (1L << 5) | (1L << 63));

        leases.remove(List.of(5));
        assertThat(leases.ownedBits()).isEqualTo(1L | (1L << 63));

        leases.replace(null, List.of(lease(0)));
        assertThat(leases.ownedBits()).isEqualTo(1L);
    }

    @Test
    void anExpiredLeaseIsNotCounted() {
        long[] now = {0};
        ShardLeases counted = new ShardLeases(() -> now[0], 65);
        counted.add(List.of(new Lease(1, 1, 100, false, null), new Lease(2, 1, 200, true, null)));

        assertThat(counted.trustedCount()).isEqualTo(2);
        now[0] = 35;
        assertThat(counted.trustedCount()).isEqualTo(1);
        now[0] = 300;
        assertThat(counted.trustedCount()).isZero();
        assertThat(counted.owned()).hasSize(2);
    }

    private static Lease lease(int shard) {
        return new Lease(shard, 1, 1, false, null);
    }
}
