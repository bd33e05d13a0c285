package dev.studybuddy.e2e.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.programs.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Kills, stops and freezes three publisher processes under load, and then compares the topic with the outbox. */
class PublishersUnderFaultsIT {

    private static final List<Integer> ALL = List.of(1, 2, 3);
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
    /** This test may see a new owner of a lease this much later than the publisher does. */
    private static final Duration DETECTION_DELAY = Duration.ofMillis(500);

    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(1);
    private static final Duration DELAYED_HAND_OVER_LIMIT = HAND_OVER_LIMIT.multipliedBy(2);
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(5);
    private static final Duration DELAYED_JOIN_LIMIT = JOIN_LIMIT.multipliedBy(2);
    private static final int STOPS = 3;
    private static final Duration LOAD_TIME = Duration.ofSeconds(2);

    private static final Duration FAULT_TIME = Duration.ofSeconds(60);
    private static final int FREEZE_MAX_MILLIS = 20_000;

    private static Publishers publishers;
    private OutboxLoad load;

    @BeforeAll
    static void prepare() {
        publishers = new Publishers("publishers", ALL.size());
    }

    @AfterAll
    static void remove() {
        publishers.close();
    }

    @BeforeEach
    void begin(TestInfo test) {
        publishers.awaitBalanced(ALL);
        String prefix = test.getTestMethod().orElseThrow().getName() + "-";
        load = new OutboxLoad(publishers.source(), Publishers.TYPE, prefix, 1);
    }

    @AfterEach
    void end() {
        load.close();
    }

    @Test
    void theShardsOfAKilledInstanceAreDrainedWithin15Seconds() throws Exception {
        List<Integer> orphaned = publishers.ownedBy(publishers.service(1).pid());
        assertThat(orphaned).isNotEmpty();

        publishers.service(1).kill();
        long began = System.nanoTime();
        Instant oneSecondLater = publishers.databaseNow().plusSeconds(1);
        Duration took = awaitWithin(
                Duration.ofSeconds(15),
                began,
                () -> publishers.databaseNow().isAfter(oneSecondLater)
                        && publishers.countPending(orphaned, oneSecondLater) == 0);

        report("time to drain the shards of a killed instance", took);
        assertNothingIsMissing();
    }

    @Test
    void aStopHandsOverWithin1SecondAndAJoinGetsItsShareWithin5Seconds() throws Exception {
        Service third = publishers.service(3);
        List<Duration> handOvers = new ArrayList<>();
        List<Duration> joins = new ArrayList<>();
        try (StallMeter stalls = new StallMeter()) {
            while (handOvers.size() < STOPS) {
                publishers.awaitBalanced(ALL);
                awaitSteadyFlow(publishers.ownedBy(third.pid()));
                Duration stalledBefore = stalls.total();
                handOvers.add(timeHandOver(third).minus(stalls.total().minus(stalledBefore)));
                await().atMost(DRAIN_LIMIT).until(() -> !third.isAlive());
                third.start();
                joins.add(timeJoin(third));
            }
            System.out.printf(
                    "hand-overs of a stopped instance's shards took %s; joins took %s; the machine stalled for %s%n",
                    handOvers, joins, stalls.total());
        }

        // Other programs of the machine may delay one hand-over or one join.
        assertThat(median(handOvers)).isLessThanOrEqualTo(HAND_OVER_LIMIT);
        assertThat(handOvers).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(DELAYED_HAND_OVER_LIMIT));
        assertThat(median(joins)).isLessThanOrEqualTo(JOIN_LIMIT);
        assertThat(joins).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(DELAYED_JOIN_LIMIT));
        assertThat(assertNothingIsMissing())
                .as("no record is sent, handed over unmarked, and sent again")
                .isZero();
    }

    private static Duration median(List<Duration> durations) {
        return durations.stream().sorted().toList().get(durations.size() / 2);
    }

    /**
     * Waits until the publishers have sent the load of some seconds, so that the test does not measure an instance that
     * just started.
     */
    private static void awaitSteadyFlow(List<Integer> shards) {
        Instant later = publishers.databaseNow().plus(LOAD_TIME);
        await().atMost(DRAIN_LIMIT)
                .until(() -> publishers.databaseNow().isAfter(later) && publishers.countPending(shards, later) == 0);
    }

    /** Stops an instance and returns the time until other instances have published the pending events of its shards. */
    private static Duration timeHandOver(Service instance) {
        long pid = instance.pid();
        List<Integer> handed = publishers.ownedBy(pid);
        Instant written = publishers.databaseNow();
        instance.terminate();
        long stopped = System.nanoTime();
        await().atMost(DRAIN_LIMIT)
                .pollInterval(POLL_INTERVAL)
                .until(() -> publishers.ownedBy(pid).isEmpty()
                        && publishers.leases().stream().allMatch(Publishers.Lease::valid)
                        && publishers.countPending(handed, written) == 0);
        return Duration.ofNanos(System.nanoTime() - stopped);
    }

    private static Duration timeJoin(Service instance) {
        await().atMost(DRAIN_LIMIT).pollInterval(POLL_INTERVAL).until(() -> publishers.hasHeartbeat(instance.pid()));
        long joined = System.nanoTime();
        await().atMost(DRAIN_LIMIT)
                .pollInterval(POLL_INTERVAL)
                .until(() -> publishers.ownedBy(instance.pid()).size() >= Shards.COUNT / 3 - 1);
        return Duration.ofNanos(System.nanoTime() - joined);
    }

    @Test
    void anInstanceFrozenFor20SecondsSendsNothingForShardsItLost() throws Exception {
        Service frozen = publishers.service(2);
        long pid = frozen.pid();
        List<Integer> owned = publishers.ownedBy(pid);
        assertThat(owned).isNotEmpty();

        frozen.freeze();
        Instant frozenAt = Instant.now();
        await().atMost(Duration.ofSeconds(19))
                .until(() -> publishers.ownedBy(pid).isEmpty());
        await().atMost(Duration.ofSeconds(21))
                .until(() -> frozenAt.plusSeconds(20).isBefore(Instant.now()));
        frozen.unfreeze();
        Map<Integer, Instant> regained = new HashMap<>();
        await().atMost(Duration.ofSeconds(20)).pollInterval(POLL_INTERVAL).until(() -> {
            publishers.ownedBy(pid).forEach(shard -> regained.putIfAbsent(shard, Instant.now()));
            return regained.size() >= Shards.COUNT / 3 - 1;
        });

        assertNothingIsMissing();
        List<Publishers.SentRecord> afterwards = publishers.readRecords().stream()
                .filter(record -> record.source().equals(Publishers.source(2)))
                .filter(record -> record.sentAt().isAfter(frozenAt))
                .toList();
        assertThat(afterwards).as("the instance sends again after the freeze").isNotEmpty();
        assertThat(afterwards)
                .as("each record is sent under a lease")
                .allSatisfy(record -> assertThat(record.sentAt())
                        .isAfter(regained.getOrDefault(Shards.of(Publishers.TYPE, record.id()), Instant.MAX)
                                .minus(DETECTION_DELAY)));
    }

    @Test
    void randomKillsAndFreezesLoseNothingAndKeepTheOrder() throws Exception {
        Random random = new Random(4);
        Semaphore never = new Semaphore(0);
        Map<Integer, Long> frozenUntil = new HashMap<>();
        int kills = 0;
        int freezes = 0;
        long end = System.nanoTime() + FAULT_TIME.toNanos();
        while (System.nanoTime() < end) {
            int victim = 1 + random.nextInt(ALL.size());
            if (!frozenUntil.containsKey(victim)) {
                if (random.nextBoolean()) {
                    publishers.service(victim).kill();
                    publishers.service(victim).start();
                    kills++;
                } else {
                    publishers.service(victim).freeze();
                    frozenUntil.put(
                            victim,
                            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(FREEZE_MAX_MILLIS)));
                    freezes++;
                }
            }
            // This wait paces the faults; no code releases the semaphore.
            assertThat(never.tryAcquire(1_000 + random.nextInt(2_500), TimeUnit.MILLISECONDS))
                    .isFalse();
            for (Integer frozen : List.copyOf(frozenUntil.keySet())) {
                if (frozenUntil.get(frozen) - System.nanoTime() <= 0) {
                    publishers.service(frozen).unfreeze();
                    frozenUntil.remove(frozen);
                }
            }
        }
        frozenUntil.keySet().forEach(number -> publishers.service(number).unfreeze());

        System.out.printf("%d kills and %d freezes in 60 s%n", kills, freezes);
        assertThat(kills).isPositive();
        assertThat(freezes).isPositive();
        assertNothingIsMissing();
    }

    private int assertNothingIsMissing() throws Exception {
        Map<String, Long> committed = load.finish();
        await("the outbox is drained").atMost(DRAIN_LIMIT).until(() -> publishers.countPending() == 0);
        Publishers.Comparison topic = publishers.compare(committed);
        System.out.printf("%d records, of which %d are repeats%n", topic.records(), topic.repeats());
        assertThat(topic.faults()).isEmpty();
        assertThat(topic.records() - topic.repeats())
                .isEqualTo(Math.toIntExact(
                        committed.values().stream().mapToLong(Long::longValue).sum()));
        return topic.repeats();
    }

    private static Duration awaitWithin(Duration limit, long began, BooleanSupplier condition) {
        await().atMost(limit.plusSeconds(5)).pollInterval(POLL_INTERVAL).until(condition::getAsBoolean);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(took).isLessThan(limit);
        return took;
    }

    private static void report(String measurement, Duration took) {
        System.out.printf("%s: %d ms%n", measurement, took.toMillis());
    }
}
