package dev.studybuddy.publisher.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.FitnessTracker;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseListener;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs real lease keepers through outages of Kafka, and counts the moves of shards. */
class ShardMovesTest {

    private static final long SEEDS = 100;
    private static final int INSTANCES = 3;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long GUARD_NANOS = 6_500_000_000L;

    /** A mutant is a fault in the decision about fitness. */
    enum FitnessMutant {
        NONE,
        /** An unfit instance acts as if it were fit. */
        AN_UNFIT_INSTANCE_TAKES_SHARDS {
            @Override
            Supplier<Fitness> ownFitness(Supplier<Fitness> own) {
                return () -> Fitness.ASSUMED;
            }
        },
        /** An unfit instance hands its shards to any fit one, whenever that one became fit or last succeeded. */
        UNFIT_INSTANCES_HAND_OVER_AT_ONCE {
            @Override
            Fitness readFitness(Fitness other) {
                return other.isFit() ? Fitness.ASSUMED : other;
            }
        },
        /** An unfit instance finds no instance that may receive its shards. */
        AN_UNFIT_INSTANCE_KEEPS_ITS_SHARDS {
            @Override
            Fitness readFitness(Fitness other) {
                return new Fitness(other.sinceSuccess(), Duration.ZERO);
            }
        };

        /** Returns the fitness that the instance computes for itself. */
        Supplier<Fitness> ownFitness(Supplier<Fitness> own) {
            return own;
        }

        /** Returns the fitness that the instance reads of another one. */
        Fitness readFitness(Fitness other) {
            return other;
        }
    }

    @Test
    void anOutageOfKafkaForAllMovesNoShard() {
        assertThat(LongStream.range(0, SEEDS).filter(seed -> !outageForAllMovesNoShard(seed, FitnessMutant.NONE)))
                .as("seeds in which a shard moved")
                .isEmpty();
    }

    @Test
    void anInstanceThatLosesKafkaHandsItsShardsOver() {
        assertThat(LongStream.range(0, SEEDS).filter(seed -> !unfitInstanceHandsShardsOver(seed, FitnessMutant.NONE)))
                .as("seeds in which the instance kept or took a shard")
                .isEmpty();
    }

    @Test
    void anInstanceThatNeverReachedKafkaTakesNoShard() {
        assertThat(LongStream.range(0, SEEDS).filter(seed -> !unfitNewcomerTakesNoShard(seed, FitnessMutant.NONE)))
                .as("seeds in which the instance took a shard")
                .isEmpty();
    }

    @Test
    void instancesThatStartBeforeKafkaOwnEveryShard() {
        assertThat(LongStream.range(0, SEEDS).filter(seed -> !startBeforeKafkaOwnsEveryShard(seed)))
                .as("seeds in which a shard was free or moved twice")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyMutantIsDetected(FitnessMutant mutant) {
        LongPredicate isCorrect = seed -> switch (mutant) {
            case UNFIT_INSTANCES_HAND_OVER_AT_ONCE -> outageForAllMovesNoShard(seed, mutant);
            case AN_UNFIT_INSTANCE_TAKES_SHARDS -> unfitNewcomerTakesNoShard(seed, mutant);
            default -> unfitInstanceHandsShardsOver(seed, mutant);
        };
        assertThat(LongStream.range(0, SEEDS)
                        .filter(seed -> !isCorrect.test(seed))
                        .findFirst())
                .as("the first seed that shows %s", mutant)
                .isPresent();
    }

    /** Three balanced instances lose Kafka for one minute. */
    private static boolean outageForAllMovesNoShard(long seed, FitnessMutant mutant) {
        Cluster cluster = Cluster.balanced(seed, mutant);
        cluster.members.forEach(member -> member.reachesKafka = false);
        cluster.run(60);
        cluster.members.forEach(member -> member.reachesKafka = true);
        cluster.run(40);
        return cluster.moves() == 0 && cluster.members.stream().allMatch(member -> cluster.countOwned(member) >= 20);
    }

    /** One of three balanced instances loses Kafka for one minute and then reaches it again. */
    private static boolean unfitInstanceHandsShardsOver(long seed, FitnessMutant mutant) {
        Cluster cluster = Cluster.balanced(seed, mutant);
        Member affected = cluster.members.get(new Random(seed).nextInt(INSTANCES));
        affected.reachesKafka = false;
        cluster.run(40);
        boolean handedAllOver = cluster.countOwned(affected) == 0 && cluster.everyShardIsOwned();
        cluster.run(20);
        boolean tookNone = cluster.countOwned(affected) == 0;
        affected.reachesKafka = true;
        cluster.run(20);
        return handedAllOver && tookNone && cluster.countOwned(affected) >= 20 && cluster.moves() <= 48;
    }

    /** A new instance never reaches Kafka, and then one of the two fit ones is killed. */
    private static boolean unfitNewcomerTakesNoShard(long seed, FitnessMutant mutant) {
        Cluster cluster = new Cluster(seed, mutant);
        cluster.add(true);
        Member killed = cluster.add(true);
        cluster.run(20);
        Member newcomer = cluster.add(false);
        cluster.run(20);
        boolean tookNone = cluster.countOwned(newcomer) == 0;
        cluster.members.remove(killed);
        cluster.run(30);
        return tookNone && cluster.countOwned(newcomer) == 0 && cluster.everyShardIsOwned();
    }

    private static boolean startBeforeKafkaOwnsEveryShard(long seed) {
        Cluster cluster = new Cluster(seed, FitnessMutant.NONE);
        for (int n = 0; n < INSTANCES; n++) {
            cluster.add(false);
        }
        cluster.run(30);
        boolean owned = cluster.everyShardIsOwned();
        cluster.members.forEach(member -> member.reachesKafka = true);
        cluster.run(30);
        return owned && cluster.everyShardIsOwned() && cluster.moves() < Shards.COUNT;
    }

    /** A cluster contains publishers on one database. Its time advances in small steps. */
    private static final class Cluster {

        private static final long STEP_NANOS = 100_000_000L;

        final SimulatedClock clock = new SimulatedClock();
        final SimulatedLeases leases;
        final List<Member> members = new ArrayList<>();
        private final Random random;
        private final FitnessMutant mutant;
        private long movesBefore;

        Cluster(long seed, FitnessMutant mutant) {
            this.random = new Random(seed);
            this.mutant = mutant;
            DatabaseFaults faults = new DatabaseFaults(random, nanos -> {});
            faults.enabled = false;
            this.leases = new SimulatedLeases(clock, faults);
        }

        /** Returns a cluster of instances that are fit and have equal shares. */
        static Cluster balanced(long seed, FitnessMutant mutant) {
            Cluster cluster = new Cluster(seed, mutant);
            for (int n = 0; n < INSTANCES; n++) {
                cluster.add(true);
            }
            cluster.run(40);
            cluster.movesBefore = cluster.moves();
            return cluster;
        }

        Member add(boolean reachesKafka) {
            Member member = new Member("p" + members.size(), this, reachesKafka);
            members.add(member);
            return member;
        }

        void run(int seconds) {
            long end = clock.nanos() + seconds * SECOND_NANOS;
            while (clock.nanos() < end) {
                clock.advanceTo(clock.nanos() + STEP_NANOS);
                List.copyOf(members).forEach(Member::step);
            }
        }

        long countOwned(Member member) {
            return leases.countOwned(member.id);
        }

        boolean everyShardIsOwned() {
            return leases.unownedCount() == 0;
        }

        long moves() {
            return leases.moves() - movesBefore;
        }
    }

    /** A member is a publisher with a real lease keeper. Its topic checks and drains take a random time. */
    private static final class Member {

        final String id;
        boolean reachesKafka;
        private final Cluster cluster;
        private final Random random;
        private final ShardLeases leases;
        private final LeaseKeeper keeper;
        private final Map<Integer, Long> drainedAtNanos = new HashMap<>();
        private long nextHeartbeatNanos;
        private long checkBeganNanos;
        private long checkEndsNanos;
        private @Nullable Long answerNanos;

        Member(String id, Cluster cluster, boolean reachesKafka) {
            this.id = id;
            this.cluster = cluster;
            this.random = cluster.random;
            this.reachesKafka = reachesKafka;
            this.leases = new ShardLeases(cluster.clock, GUARD_NANOS);
            this.nextHeartbeatNanos = cluster.clock.nanos() + random.nextLong(SECOND_NANOS);
            this.checkEndsNanos = cluster.clock.nanos() + random.nextLong(SECOND_NANOS);
            this.checkBeganNanos = checkEndsNanos;
            Supplier<Fitness> fitness = new FitnessTracker(
                    cluster.clock,
                    new FitnessTracker.Signals(
                            () -> answerNanos == null ? OptionalLong.empty() : OptionalLong.of(answerNanos),
                            () -> OptionalLong.of(cluster.clock.nanos()),
                            () -> true));
            this.keeper = new LeaseKeeper(
                    new LeaseKeeper.Identity(id, null, cluster.mutant.ownFitness(fitness)),
                    new MutantLeases(cluster.leases, cluster.mutant, fitness),
                    leases,
                    cluster.clock,
                    Duration.ofNanos(SimulatedLeases.TTL_NANOS),
                    new NoListener(),
                    handover -> {});
        }

        void step() {
            long nowNanos = cluster.clock.nanos();
            checkTopics(nowNanos);
            drain(nowNanos);
            if (nowNanos >= nextHeartbeatNanos) {
                nextHeartbeatNanos = nowNanos + SECOND_NANOS;
                keeper.renewAndBalance();
            } else {
                keeper.handOver();
            }
        }

        /** A check takes up to 1 s, and up to 8 s while Kafka does not answer. The next one follows after 2 s. */
        private void checkTopics(long nowNanos) {
            if (nowNanos < checkEndsNanos) {
                return;
            }
            if (reachesKafka && checkEndsNanos > 0) {
                answerNanos = checkBeganNanos;
            }
            checkBeganNanos = nowNanos + 2 * SECOND_NANOS;
            checkEndsNanos = checkBeganNanos + random.nextLong((reachesKafka ? 1 : 8) * SECOND_NANOS);
        }

        private void drain(long nowNanos) {
            for (Lease lease : leases.owned()) {
                if (lease.draining()) {
                    long drainedAt = drainedAtNanos.computeIfAbsent(
                            lease.shard(), shard -> nowNanos + random.nextLong(5 * SECOND_NANOS));
                    if (nowNanos >= drainedAt) {
                        leases.confirmDrained(lease.shard(), lease.epoch());
                    }
                } else {
                    drainedAtNanos.remove(lease.shard());
                }
            }
        }
    }

    /** Changes the fitness of other instances as a mutant requires. */
    private static final class MutantLeases extends MutantTables.DelegatingLeases {

        private final FitnessMutant mutant;
        private final Supplier<Fitness> trueFitness;

        MutantLeases(LeaseTable real, FitnessMutant mutant, Supplier<Fitness> trueFitness) {
            super(real);
            this.mutant = mutant;
            this.trueFitness = trueFitness;
        }

        @Override
        public @Nullable Instant writeHeartbeat(String instance, @Nullable String address, Fitness fitness) {
            return super.writeHeartbeat(instance, address, trueFitness.get());
        }

        @Override
        public List<LeaseTable.Member> live() {
            return super.live().stream()
                    .map(member ->
                            new LeaseTable.Member(member.id(), member.address(), mutant.readFitness(member.fitness())))
                    .toList();
        }
    }

    private static final class NoListener implements LeaseListener {

        @Override
        public void countTakenShards(int shards) {}

        @Override
        public void countLostShards(int shards) {}
    }
}
