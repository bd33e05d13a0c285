package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.Shards;
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

/** Three publishers as processes, killed, stopped and frozen under load; then each topic is compared with the table. */
class PublishersUnderFaultsIT {

    private static final List<Integer> ALL = List.of(1, 2, 3);
    private static final Duration DRAINED = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(10);
    /** Between a lease's hand-over, and this test's noticing it. */
    private static final Duration NOTICED = Duration.ofMillis(500);

    private static final Duration LEFT = Duration.ofSeconds(1);
    private static final Duration SHARED = Duration.ofSeconds(5);
    private static final int STOPS = 5;
    private static final Duration FLOWING = Duration.ofSeconds(2);

    private static final Duration FAULTY = Duration.ofSeconds(60);
    private static final int LONGEST_PAUSE_MILLIS = 20_000;

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
        publishers.awaitWhole(ALL);
        String prefix = test.getTestMethod().orElseThrow().getName() + "-";
        load = new OutboxLoad(publishers.source(), Publishers.TYPE, prefix, 1);
    }

    @AfterEach
    void end() {
        load.close();
    }

    @Test
    void aKilledInstancesShardsFlowAgainWithin15Seconds() throws Exception {
        List<Integer> orphaned = publishers.ownedBy(publishers.service(1).pid());
        assertThat(orphaned).isNotEmpty();

        publishers.service(1).kill();
        long began = System.nanoTime();
        Instant oneSecondLater = publishers.databaseNow().plusSeconds(1);
        Duration took = within(
                Duration.ofSeconds(15),
                began,
                () -> publishers.databaseNow().isAfter(oneSecondLater)
                        && publishers.pending(orphaned, oneSecondLater) == 0);

        report("flow of a killed instance's shards", took);
        assertNothingIsMissing();
    }

    @Test
    void aStoppedInstancesShardsFlowWithin1SecondAndAJoiningOneHasItsShareWithin5() throws Exception {
        Service third = publishers.service(3);
        List<Duration> left = new ArrayList<>();
        List<Duration> shared = new ArrayList<>();
        try (Standstill standstill = new Standstill()) {
            while (left.size() < STOPS) {
                publishers.awaitWhole(ALL);
                awaitFlow(publishers.ownedBy(third.pid()));
                Duration stoodBefore = standstill.soFar();
                left.add(stop(third).minus(standstill.soFar().minus(stoodBefore)));
                await().atMost(DRAINED).until(() -> !third.alive());
                third.start();
                shared.add(join(third));
            }
            System.out.printf(
                    "hand-over of a stopped instance's shards: %s, share of a joining one: %s; the machine stood still for %s%n",
                    left, shared, standstill.soFar());
        }

        assertThat(left).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(LEFT));
        assertThat(shared).allSatisfy(took -> assertThat(took).isLessThanOrEqualTo(SHARED));
        assertThat(assertNothingIsMissing())
                .as("sent, not marked, and handed over")
                .isZero();
    }

    /** Waits until the load of some seconds has gone through: an instance that has just started is not what is asked here. */
    private static void awaitFlow(List<Integer> shards) {
        Instant later = publishers.databaseNow().plus(FLOWING);
        await().atMost(DRAINED)
                .until(() -> publishers.databaseNow().isAfter(later) && publishers.pending(shards, later) == 0);
    }

    /** How long a stopped instance's shards took to flow from other hands. */
    private static Duration stop(Service instance) {
        long pid = instance.pid();
        List<Integer> handed = publishers.ownedBy(pid);
        Instant written = publishers.databaseNow();
        instance.terminate();
        long stopped = System.nanoTime();
        await().atMost(DRAINED)
                .pollInterval(LOOK)
                .until(() -> publishers.ownedBy(pid).isEmpty()
                        && publishers.leases().stream().allMatch(Publishers.Lease::valid)
                        && publishers.pending(handed, written) == 0);
        return Duration.ofNanos(System.nanoTime() - stopped);
    }

    private static Duration join(Service instance) {
        await().atMost(DRAINED).pollInterval(LOOK).until(() -> publishers.member(instance.pid()));
        long joined = System.nanoTime();
        await().atMost(DRAINED)
                .pollInterval(LOOK)
                .until(() -> publishers.ownedBy(instance.pid()).size() >= Shards.COUNT / 3 - 1);
        return Duration.ofNanos(System.nanoTime() - joined);
    }

    @Test
    void anInstanceThatStoodStillFor20SecondsSendsNothingForShardsItLost() throws Exception {
        Service frozen = publishers.service(2);
        long pid = frozen.pid();
        List<Integer> had = publishers.ownedBy(pid);
        assertThat(had).isNotEmpty();

        frozen.pause();
        Instant paused = Instant.now();
        await().atMost(Duration.ofSeconds(19))
                .until(() -> publishers.ownedBy(pid).isEmpty());
        await().atMost(Duration.ofSeconds(21))
                .until(() -> paused.plusSeconds(20).isBefore(Instant.now()));
        frozen.resume();
        Map<Integer, Instant> regained = new HashMap<>();
        await().atMost(Duration.ofSeconds(20)).pollInterval(LOOK).until(() -> {
            publishers.ownedBy(pid).forEach(shard -> regained.putIfAbsent(shard, Instant.now()));
            return regained.size() >= Shards.COUNT / 3 - 1;
        });

        assertNothingIsMissing();
        List<Publishers.Sent> afterwards = publishers.sent().stream()
                .filter(record -> record.source().equals(Publishers.source(2)))
                .filter(record -> record.handedToTheClient().isAfter(paused))
                .toList();
        assertThat(afterwards).as("it works again").isNotEmpty();
        assertThat(afterwards)
                .as("sent without a lease")
                .allSatisfy(record -> assertThat(record.handedToTheClient())
                        .isAfter(regained.getOrDefault(Shards.of(Publishers.TYPE, record.id()), Instant.MAX)
                                .minus(NOTICED)));
    }

    @Test
    void killedAndFrozenAtRandomTheyLoseNothingAndKeepTheOrder() throws Exception {
        Random random = new Random(4);
        Semaphore never = new Semaphore(0);
        Map<Integer, Long> frozenUntil = new HashMap<>();
        int kills = 0;
        int pauses = 0;
        long end = System.nanoTime() + FAULTY.toNanos();
        while (System.nanoTime() < end) {
            int victim = 1 + random.nextInt(ALL.size());
            if (!frozenUntil.containsKey(victim)) {
                if (random.nextBoolean()) {
                    publishers.service(victim).kill();
                    publishers.service(victim).start();
                    kills++;
                } else {
                    publishers.service(victim).pause();
                    frozenUntil.put(
                            victim,
                            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS)));
                    pauses++;
                }
            }
            // The faults' own pace; nobody signals.
            assertThat(never.tryAcquire(1_000 + random.nextInt(2_500), TimeUnit.MILLISECONDS))
                    .isFalse();
            for (Integer awake : List.copyOf(frozenUntil.keySet())) {
                if (frozenUntil.get(awake) - System.nanoTime() <= 0) {
                    publishers.service(awake).resume();
                    frozenUntil.remove(awake);
                }
            }
        }
        frozenUntil.keySet().forEach(number -> publishers.service(number).resume());

        System.out.printf("60 s of faults: %d kills, %d pauses%n", kills, pauses);
        assertThat(kills).isPositive();
        assertThat(pauses).isPositive();
        assertNothingIsMissing();
    }

    private int assertNothingIsMissing() throws Exception {
        Map<String, Long> committed = load.end();
        await("the outbox is drained").atMost(DRAINED).until(() -> publishers.pending() == 0);
        Publishers.Comparison topic = publishers.compare(committed);
        System.out.printf("%d records, %d of them repeats%n", topic.records(), topic.repeats());
        assertThat(topic.faults()).isEmpty();
        assertThat(topic.records() - topic.repeats())
                .isEqualTo(Math.toIntExact(
                        committed.values().stream().mapToLong(Long::longValue).sum()));
        return topic.repeats();
    }

    private static Duration within(Duration limit, long began, BooleanSupplier reached) {
        await().atMost(limit.plusSeconds(5)).pollInterval(LOOK).until(reached::getAsBoolean);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(took).isLessThan(limit);
        return took;
    }

    private static void report(String what, Duration took) {
        System.out.printf("%s: %d ms%n", what, took.toMillis());
    }
}
