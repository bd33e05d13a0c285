package dev.studybuddy.publisher.simulation;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import dev.studybuddy.publisher.publish.EventSender;
import dev.studybuddy.publisher.publish.SendOutcome;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A mutant is one fault in the surroundings of the real code, which has the effect of a fault in the code itself. It
 * names the kind of violation that histories must find.
 */
enum Mutant {
    NONE(null),

    /** Every predecessor that is not confirmed in memory counts as deleted by retention. */
    NO_PREDECESSOR_CHECK(Violation.Kind.OUT_OF_ORDER) {
        @Override
        OutboxQueries wrapTable(int instance, OutboxQueries real) {
            return new MutantTables.TableWithoutPredecessors(real);
        }
    },

    /** A refused event is recorded for a later attempt, and its followers are sent at once. */
    FOLLOWERS_PASS_A_FAILED_EVENT(Violation.Kind.OUT_OF_ORDER) {
        @Override
        EventSender wrapSender(EventSender real, SimulatedDatabase database) {
            return new MutantSenders.AcknowledgingRefusalSender(real);
        }

        @Override
        OutboxWriter.Batch changeBatch(OutboxWriter.Batch submitted) {
            return MutantSenders.AcknowledgingRefusalSender.marksToAttempts(submitted);
        }
    },

    /** A row is marked as processed as soon as it is handed to the broker. */
    MARKED_BEFORE_ACKNOWLEDGED(Violation.Kind.LOST) {
        @Override
        EventSender wrapSender(EventSender real, SimulatedDatabase database) {
            return new MutantSenders.EarlyMarkingSender(real, database);
        }
    },

    /** The first row of an aggregate that left memory is read again, and the others are not. */
    FOLLOWERS_OF_A_DEFERRED_ROW_ARE_NOT_READ(Violation.Kind.NO_END) {
        @Override
        OutboxQueries wrapTable(int instance, OutboxQueries real) {
            return new MutantTables.TableWithoutFollowers(real);
        }
    },

    /** A random half of the writes uses a smaller shard count, so that one aggregate has rows in two shards. */
    TWO_SHARD_COUNTS_OF_WRITERS(Violation.Kind.OUT_OF_ORDER) {
        @Override
        int shard(String type, String id, Random random) {
            int shard = Shards.of(type, id);
            return random.nextBoolean() ? shard : shard % REDUCED_SHARDS;
        }
    },

    /**
     * Every second publisher uses a smaller shard count and publishes all rows that this count assigns to its shards.
     */
    TWO_SHARD_COUNTS_OF_PUBLISHERS(Violation.Kind.TWO_INSTANCES) {
        @Override
        OutboxQueries wrapTable(int instance, OutboxQueries real) {
            return instance % 2 == 0 ? real : new MutantTables.TableOfFewerShards(real, REDUCED_SHARDS);
        }
    },

    /** A producer session continues after one of its batches failed, so that later rows of a chain are appended. */
    SESSION_CONTINUES_AFTER_A_FAILURE(Violation.Kind.OUT_OF_ORDER) {
        @Override
        boolean sessionContinuesAfterFailure() {
            return true;
        }
    },

    /** A chain continues behind a row that the client refused. */
    GAP_BEHIND_A_REFUSED_ROW(Violation.Kind.OUT_OF_ORDER) {
        @Override
        boolean handlesRefusalLate(OutboxRow row, EventSender.OutcomeSink sink) {
            sink.accept(row, new SendOutcome.SessionEnded(null));
            return true;
        }
    },

    /** Trust begins when the renewal's answer arrives, instead of when the renewal was sent. */
    TRUST_COUNTED_FROM_THE_ANSWER(Violation.Kind.TWO_INSTANCES) {
        @Override
        KeeperPorts keeperPorts(LeaseTable real, MonotonicClock clock) {
            MutantTables.EarlyRenewingLeases mutant = new MutantTables.EarlyRenewingLeases(real, clock);
            return new KeeperPorts(mutant, mutant, mutant::beginHeartbeat);
        }
    },

    /** No sweep from the start follows after a shard was taken with a starting point. */
    NO_DEEP_SWEEP_AFTER_A_STARTING_POINT(Violation.Kind.NO_END) {
        @Override
        ReaderPorts readerPorts(int instance, OutboxQueries table, StartingPoints startingPoints) {
            MutantTables.TableWithoutEarlyRows mutant = new MutantTables.TableWithoutEarlyRows(table, startingPoints);
            return new ReaderPorts(mutant, mutant);
        }
    },

    /** A send may begin although the lease remains for less time than the send may take. */
    GUARD_SMALLER_THAN_THE_DELIVERY_TIMEOUT(Violation.Kind.TWO_INSTANCES) {
        @Override
        long guardNanos() {
            return SimulatedBroker.DELIVERY_TIMEOUT_NANOS - 2_000_000_000L;
        }
    };

    private static final int REDUCED_SHARDS = 16;
    private static final long GUARD_NANOS = 6_500_000_000L;

    private final Violation.@Nullable Kind expectedKind;

    /**
     * This record holds the table and the clock of a lease keeper. {@code heartbeatBegins} runs before each of its
     * heartbeats.
     */
    record KeeperPorts(LeaseTable table, MonotonicClock clock, Runnable heartbeatBegins) {}

    Mutant(Violation.@Nullable Kind expectedKind) {
        this.expectedKind = expectedKind;
    }

    /** Returns whether the fault causes this kind of violation. */
    boolean causes(Violation violation) {
        return violation.kind() == expectedKind;
    }

    /** Holds the tables that a publishing loop reads. */
    record ReaderPorts(OutboxQueries table, StartingPoints startingPoints) {}

    ReaderPorts readerPorts(int instance, OutboxQueries table, StartingPoints startingPoints) {
        return new ReaderPorts(wrapTable(instance, table), startingPoints);
    }

    OutboxQueries wrapTable(int instance, OutboxQueries real) {
        return real;
    }

    EventSender wrapSender(EventSender real, SimulatedDatabase database) {
        return real;
    }

    OutboxWriter.Batch changeBatch(OutboxWriter.Batch submitted) {
        return submitted;
    }

    KeeperPorts keeperPorts(LeaseTable real, MonotonicClock clock) {
        return new KeeperPorts(real, clock, () -> {});
    }

    long guardNanos() {
        return GUARD_NANOS;
    }

    boolean sessionContinuesAfterFailure() {
        return false;
    }

    /**
     * Handles a chained row that the client refused.
     *
     * @return whether the sender claims that the session accepted the row
     */
    boolean handlesRefusalLate(OutboxRow row, EventSender.OutcomeSink sink) {
        return false;
    }

    /** Returns the shard that a writer computes. */
    int shard(String type, String id, Random random) {
        return Shards.of(type, id);
    }
}
