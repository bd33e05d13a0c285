package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.OutboxTable;
import dev.studybuddy.publisher.publish.Writes;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One mistake in what stands around the real code, as if the code itself had made it; and what histories must find. */
enum Mutation {
    NONE(null),

    /** Every predecessor that nobody here knows counts as taken by retention. */
    NO_PREDECESSOR_CHECK(Violation.Kind.OUT_OF_ORDER) {
        @Override
        OutboxTable table(int instance, OutboxTable real) {
            return new MutantTables.WithoutPredecessors(real);
        }
    },

    /** A refused event is written down for a later attempt, and what follows it goes at once. */
    FOLLOWERS_PASS_A_FAILED_EVENT(Violation.Kind.OUT_OF_ORDER) {
        @Override
        EventSender sender(EventSender real, SimulatedDatabase database) {
            return new MutantSenders.RefusedLooksAcknowledged(real);
        }

        @Override
        Writes.Batch batch(Writes.Batch submitted) {
            return MutantSenders.RefusedLooksAcknowledged.attemptsIn(submitted);
        }
    },

    /** The row is processed as soon as it was handed to the broker. */
    MARKED_BEFORE_ACKNOWLEDGED(Violation.Kind.LOST) {
        @Override
        EventSender sender(EventSender real, SimulatedDatabase database) {
            return new MutantSenders.MarkedAtOnce(real, database);
        }
    },

    /** Some writers count fewer shards than the others, so that one aggregate stands in two. */
    TWO_SHARD_COUNTS_OF_WRITERS(Violation.Kind.OUT_OF_ORDER) {
        @Override
        int shard(String type, String id, Random random) {
            int shard = Shards.of(type, id);
            return random.nextBoolean() ? shard : shard % FEWER;
        }
    },

    /** Every second publisher counts fewer shards than the others, and takes what it counts for its own. */
    TWO_SHARD_COUNTS_OF_PUBLISHERS(Violation.Kind.TWO_INSTANCES) {
        @Override
        OutboxTable table(int instance, OutboxTable real) {
            return instance % 2 == 0 ? real : new MutantTables.FewerShards(real, FEWER);
        }
    },

    /** Trust begins when the renewal's answer is there, instead of when it was sent. */
    TRUST_COUNTED_FROM_THE_ANSWER(Violation.Kind.TWO_INSTANCES) {
        @Override
        KeeperPorts keeper(LeaseTable real, LongSupplier nanos) {
            MutantTables.RenewedBeforeTheClockIsRead mutant = new MutantTables.RenewedBeforeTheClockIsRead(real, nanos);
            return new KeeperPorts(mutant, mutant, mutant::heartbeatBegins);
        }
    },

    /** A send may begin while less remains of the lease than it may take. */
    GUARD_SMALLER_THAN_THE_DELIVERY_TIMEOUT(Violation.Kind.TWO_INSTANCES) {
        @Override
        long guardNanos() {
            return SimulatedBroker.DELIVERY_TIMEOUT_NANOS - 2_000_000_000L;
        }
    };

    private static final int FEWER = 16;
    private static final long GUARD_NANOS = 6_500_000_000L;

    private final Violation.@Nullable Kind leadsTo;

    /** What a lease keeper stands on; {@code heartbeatBegins} is run before each of its heartbeats. */
    record KeeperPorts(LeaseTable table, LongSupplier nanos, Runnable heartbeatBegins) {}

    Mutation(Violation.@Nullable Kind leadsTo) {
        this.leadsTo = leadsTo;
    }

    /** Whether this is what the mistake leads to. */
    boolean explains(Violation violation) {
        return violation.kind() == leadsTo;
    }

    OutboxTable table(int instance, OutboxTable real) {
        return real;
    }

    EventSender sender(EventSender real, SimulatedDatabase database) {
        return real;
    }

    Writes.Batch batch(Writes.Batch submitted) {
        return submitted;
    }

    KeeperPorts keeper(LeaseTable real, LongSupplier nanos) {
        return new KeeperPorts(real, nanos, () -> {});
    }

    long guardNanos() {
        return GUARD_NANOS;
    }

    /** The shard that a writer computes. */
    int shard(String type, String id, Random random) {
        return Shards.of(type, id);
    }
}
