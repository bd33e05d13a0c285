package dev.studybuddy.e2e.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.programs.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

    /** This limit holds for the drain of a killed instance's shards, if the machine did not stall for long. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(15);

    /** After a long stall, the publishers need more time to send the load that has accumulated. */
    private static final Duration KILL_LIMIT_AFTER_STALLS = Duration.ofSeconds(25);

    /** This limit holds for the median of the hand-overs, if the machine did not stall for long. */
    private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(1);

    /**
     * This limit holds for each hand-over, also after a long stall. If an instance stopped without a hand-over, its
     * shards would have no owner until their leases expire, which takes longer than this limit.
     */
    private static final Duration SINGLE_HAND_OVER_LIMIT = Duration.ofSeconds(5);

    /** This limit holds for the median of the joins, if the machine did not stall for long. */
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(5);

    /** This limit holds for each join, also after a long stall. */
    private static final Duration SINGLE_JOIN_LIMIT = Duration.ofSeconds(30);

    private static final int STOPS = 3;
    /** A long stall excuses repeats in a series of stops, so the test continues until one series has none. */
    private static final int MAX_SERIES = 5;

    /**
     * A stall of this duration or longer is a long one, after which only the wider limits hold. A stopping instance
     * waits a limited time for the acknowledgements of its records, and a long stall can exceed this time. Another
     * instance then sends these records again.
     */
    private static final Duration LONG_STALL = Duration.ofSeconds(1);

    private static final Duration LOAD_TIME = Duration.ofSeconds(2);
    private static final Duration FREEZE_MIN = Duration.ofSeconds(20);

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
        List<Integer> shardsOfKilled = publishers.ownedBy(publishers.service(1).pid());
        assertThat(shardsOfKilled).isNotEmpty();

        try (StallMeter stalls = new StallMeter()) {
            publishers.service(1).kill();
            long began = System.nanoTime();
            Instant oneSecondLater = publishers.databaseNow().plusSeconds(1);
            await().atMost(DRAIN_LIMIT)
                    .pollInterval(POLL_INTERVAL)
                    .until(() -> publishers.databaseNow().isAfter(oneSecondLater)
                            && publishers.countPending(shardsOfKilled, oneSecondLater) == 0);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            Duration stalled = stalls.total();

            System.out.printf(
                    "The shards of the killed instance drained in %s. The machine stalled for %s.%n", took, stalled);
            assertThat(took.minus(stalled)).isLessThan(isLong(stalled) ? KILL_LIMIT_AFTER_STALLS : KILL_LIMIT);
        }
        assertNothingIsMissing();
    }

    @Test
    void aStopHandsOverWithin1SecondAndAJoinGetsItsShareWithin5Seconds() throws Exception {
        int repeats = stopAndJoin();
        for (int series = 2; series <= MAX_SERIES && repeats > 0; series++) {
            load.close();
            load = new OutboxLoad(publishers.source(), Publishers.TYPE, "series-" + series + "-", series);
            repeats = stopAndJoin();
        }

        assertThat(repeats)
                .as("records that were sent again, because their rows had no mark at the hand-over")
                .isZero();
    }

    /**
     * Stops and starts an instance several times, and checks the hand-overs and the joins. Returns the number of
     * repeats on the topic, and fails if there are any although the machine had no long stall.
     */
    private int stopAndJoin() throws Exception {
        Service third = publishers.service(3);
        List<Duration> handOvers = new ArrayList<>();
        List<Duration> joins = new ArrayList<>();
        Duration stalled;
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
            stalled = stalls.total();
        }
        System.out.printf(
                "The hand-overs of a stopped instance took %s, and the joins %s. The machine stalled for %s.%n",
                handOvers, joins, stalled);
        assertThat(handOvers).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(SINGLE_HAND_OVER_LIMIT));
        assertThat(joins).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(SINGLE_JOIN_LIMIT));
        int repeats = assertNothingIsMissing();
        if (!isLong(stalled)) {
            assertThat(median(handOvers)).isLessThanOrEqualTo(HAND_OVER_LIMIT);
            assertThat(median(joins)).isLessThanOrEqualTo(JOIN_LIMIT);
            assertThat(repeats)
                    .as("records that were sent again although the machine did not stall")
                    .isZero();
        }
        return repeats;
    }

    private static boolean isLong(Duration stalled) {
        return stalled.compareTo(LONG_STALL) >= 0;
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
        List<Integer> shardsOfStopped = publishers.ownedBy(pid);
        Instant written = publishers.databaseNow();
        instance.terminate();
        long stopped = System.nanoTime();
        await().atMost(DRAIN_LIMIT)
                .pollInterval(POLL_INTERVAL)
                .until(() -> publishers.ownedBy(pid).isEmpty()
                        && publishers.leases().stream().allMatch(Publishers.Lease::valid)
                        && publishers.countPending(shardsOfStopped, written) == 0);
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
        // On a slow machine, the freeze lasts until the instance has lost all its shards.
        await().atMost(DRAIN_LIMIT).until(() -> publishers.ownedBy(pid).isEmpty());
        await().atMost(DRAIN_LIMIT).until(() -> frozenAt.plus(FREEZE_MIN).isBefore(Instant.now()));
        Instant unfrozenAt = now();
        frozen.unfreeze();
        Map<Integer, Instant> lastNotOwned = new HashMap<>();
        await().atMost(DRAIN_LIMIT).pollInterval(POLL_INTERVAL).until(() -> {
            Instant polledAt = now();
            List<Integer> regained = publishers.ownedBy(pid);
            IntStream.range(0, Shards.COUNT)
                    .filter(shard -> !regained.contains(shard))
                    .forEach(shard -> lastNotOwned.put(shard, polledAt));
            return regained.size() >= Shards.COUNT / 3 - 1;
        });
        awaitSteadyFlow(publishers.ownedBy(pid));

        assertNothingIsMissing();
        List<Publishers.SentRecord> afterwards = publishers.readRecords().stream()
                .filter(record -> record.source().equals(Publishers.source(2)))
                .filter(record -> record.sentAt().isAfter(frozenAt))
                .toList();
        assertThat(afterwards).as("the instance sends again after the freeze").isNotEmpty();
        assertThat(afterwards)
                .as("each record is sent under a lease")
                .allSatisfy(record -> assertThat(record.sentAt())
                        .isAfterOrEqualTo(
                                lastNotOwned.getOrDefault(Shards.of(Publishers.TYPE, record.id()), unfrozenAt)));
    }

    /**
     * Returns the present time without fractions of a millisecond, which the timestamps of records do not have either.
     */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
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

        System.out.printf("The test made %d kills and %d freezes in 60 s.%n", kills, freezes);
        assertThat(kills).isPositive();
        assertThat(freezes).isPositive();
        assertNothingIsMissing();
    }

    /**
     * Ends the load, waits until no row is pending, and checks that the topic has each committed version in order.
     * Returns the number of repeats.
     */
    private int assertNothingIsMissing() throws Exception {
        Map<String, Long> committed = load.finish();
        await("the outbox is drained").atMost(DRAIN_LIMIT).until(() -> publishers.countPending() == 0);
        Publishers.Comparison topic = publishers.compare(committed);
        System.out.printf("The topic has %d records, of which %d are repeats.%n", topic.records(), topic.repeats());
        assertThat(topic.faults()).isEmpty();
        assertThat(topic.records() - topic.repeats())
                .isEqualTo(Math.toIntExact(
                        committed.values().stream().mapToLong(Long::longValue).sum()));
        return topic.repeats();
    }
}
