package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseListener;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardEpoch;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;

class FinalHandoverTest {

    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HandedBackShard table = new HandedBackShard();
    private long nowNanos;
    private final ShardLeases leases = new ShardLeases(() -> nowNanos, 0);
    private final FinalHandover handover = new FinalHandover(
            new LeaseKeeper(
                    new LeaseKeeper.Identity("me", null, () -> Fitness.ASSUMED),
                    table,
                    leases,
                    () -> nowNanos,
                    TTL,
                    new NoOpLeaseListener(),
                    wakeUp -> {}),
            leases,
            () -> {},
            TIMEOUT,
            () -> nowNanos);

    @Test
    void aTimeoutOfTheDatabaseDoesNotEndTheLastStepOfAStop() {
        table.failures = 2;

        handover.run();

        assertThat(table.renewals).isEqualTo(3);
        assertThat(table.freed).containsExactly(new ShardEpoch(7, 3));
    }

    @Test
    void theLastStepOfAStopEndsAtTheDeadlineIfTheDatabaseAlwaysFails() {
        table.failures = Integer.MAX_VALUE;
        table.beforeRenewal = () -> nowNanos += TIMEOUT.toNanos() / 2;

        handover.run();

        assertThat(table.renewals).isEqualTo(2);
        assertThat(table.freed).isEmpty();
    }

    /** Another instance handed shard 7 back to this one, which owns no other shard. */
    private static final class HandedBackShard implements LeaseTable {

        private int failures;
        private int renewals;
        private Runnable beforeRenewal = () -> {};
        private List<ShardEpoch> freed = List.of();

        @Override
        public Renewal renew(String instance) {
            beforeRenewal.run();
            renewals++;
            if (renewals <= failures) {
                throw new QueryTimeoutException("the renewal timed out");
            }
            return new Renewal(Instant.EPOCH, List.of(new OwnedLease(7, 3, null)), Set.of());
        }

        @Override
        public List<Integer> free(String instance, List<ShardEpoch> shards) {
            freed = shards;
            return shards.stream().map(ShardEpoch::shard).toList();
        }

        @Override
        public boolean deleteHeartbeat(String instance) {
            return true;
        }

        @Override
        public List<Member> live() {
            return List.of();
        }

        @Override
        public List<Row> rows() {
            return List.of();
        }

        @Override
        public @Nullable Instant writeHeartbeat(String instance, @Nullable String address, Fitness fitness) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<OwnedLease> take(String instance, List<Integer> shards) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void deleteDeadHeartbeats() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NoOpLeaseListener implements LeaseListener {

        @Override
        public void countTakenShards(int shards) {}

        @Override
        public void countLostShards(int shards) {}
    }
}
