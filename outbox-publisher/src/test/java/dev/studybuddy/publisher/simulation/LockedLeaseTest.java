package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs the real loop while another database session holds a lock on the lease row of one shard. */
class LockedLeaseTest {

    /** Memory has room for fewer rows than this number. */
    private static final int ROWS = 200;

    private static final int LOCKED_SHARD = 7;

    private final SimulatedSystem system = new SimulatedSystem();

    @Test
    void aShardWhoseLeaseRowIsLockedDoesNotStopTheOtherShards() {
        system.run(Duration.ofSeconds(5), () -> {});
        system.database.leases.lockedShards.add(LOCKED_SHARD);
        system.run(Duration.ofSeconds(5), () -> {});

        List<Aggregate> locked = write(shard -> shard == LOCKED_SHARD);
        system.run(Duration.ofSeconds(5), () -> {});
        write(shard -> shard != LOCKED_SHARD);
        system.run(Duration.ofSeconds(60), () -> {});
        assertThat(system.pending())
                .as("only the events of the locked shard wait")
                .hasSameElementsAs(locked);

        system.database.leases.lockedShards.clear();
        system.run(Duration.ofSeconds(60), () -> {});
        assertThat(system.pending()).isEmpty();
    }

    private List<Aggregate> write(Predicate<Integer> shard) {
        List<Aggregate> aggregates = IntStream.range(0, 100_000)
                .mapToObj(n -> SimulatedSystem.aggregate("a" + n))
                .filter(aggregate -> shard.test(aggregate.shard()))
                .limit(ROWS)
                .toList();
        aggregates.forEach(aggregate -> system.write(aggregate, 1));
        return aggregates;
    }
}
