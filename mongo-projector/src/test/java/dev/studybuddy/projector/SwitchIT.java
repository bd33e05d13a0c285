package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test switches between two generations while two projectors serve both. */
class SwitchIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int SWITCHES = 10;

    /** A consumer that joins a group needs at least one heartbeat of 5 s, the default of Kafka. */
    private static final String HEARTBEAT_MILLIS = "5000";

    /** Without a switch, the longest time without a new mirror is between 20 ms and 230 ms on a busy machine. */
    private static final Duration USUAL_GAP = Duration.ofMillis(300);

    /** A consumer that joins its group again needs longer at each switch. A busy machine stalls at a few of them. */
    private static final int SWITCHES_WITH_USUAL_GAP = 7;

    private static final Duration MAX_GAP = Duration.ofMillis(2_500);

    @Test
    void tenSwitchesInterruptNoConsumerAndNeverMakeAnInstanceUnready() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        Traffic traffic = new Traffic(7);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                Topic topic = new Topic(bootstrap, prefix);
                ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2)) {
            topic.createAll(Map.of());
            Map<String, String> settings = Map.of("studybuddy.projector.models", "study");
            setHeartbeat(topic, prefix + "projector-study-g1");
            setHeartbeat(topic, prefix + "projector-study-g2");
            try (RunningProjector first = new RunningProjector(bootstrap, mongo.uri(), prefix, settings);
                    RunningProjector second = new RunningProjector(bootstrap, mongo.uri(), prefix, settings)) {
                List<RunningProjector> projectors = List.of(first, second);
                GenerationStore store = first.bean(GenerationStore.class);
                await().atMost(TIMEOUT)
                        .until(() -> store.read("study")
                                .filter(one -> one.active() != null)
                                .isPresent());
                beginSecond(store);
                MongoCollection<Document> mirrors =
                        client.getDatabase(mongo.databaseName()).getCollection("todos_g2");
                await().atMost(TIMEOUT).until(() -> isServedByAll(projectors) && areReady(projectors));
                AtomicInteger sent = new AtomicInteger();
                Future<?> sending = scheduler.scheduleAtFixedRate(
                        () -> topic.send(traffic.todo("todo-" + sent.getAndIncrement(), "user-1", 1)),
                        0,
                        10,
                        TimeUnit.MILLISECONDS);
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() > 100);
                Set<String> membersBefore = members(topic, prefix);

                List<String> unready = new ArrayList<>();
                Future<?> asking = scheduler.scheduleAtFixedRate(
                        () -> projectors.stream()
                                .map(one -> one.bean("projector", HealthIndicator.class)
                                        .health())
                                .filter(health -> !health.getStatus().equals(Status.UP))
                                .forEach(health -> unready.add(health.toString())),
                        0,
                        100,
                        TimeUnit.MILLISECONDS);
                List<Duration> gaps = new ArrayList<>();
                for (int n = 0; n < SWITCHES; n++) {
                    GenerationRecord record = store.read("study").orElseThrow();
                    int next = Integer.valueOf(2).equals(record.active()) ? 1 : 2;
                    assertThat(store.compareAndSet(record.activate(next, Instant.now())))
                            .isTrue();
                    gaps.add(longestGap(mirrors));
                }

                assertThat(unready).isEmpty();
                assertThat(members(topic, prefix)).isEqualTo(membersBefore).hasSize(4);
                assertThat(gaps).allSatisfy(gap -> assertThat(gap).isLessThan(MAX_GAP));
                assertThat(gaps.stream().filter(gap -> gap.compareTo(USUAL_GAP) < 0))
                        .as("the short ones of the gaps %s", gaps)
                        .hasSizeGreaterThanOrEqualTo(SWITCHES_WITH_USUAL_GAP);
                assertThat(List.of(sending, asking)).noneMatch(Future::isDone);
                sending.cancel(false);
                asking.cancel(false);
                scheduler.shutdown();
                assertThat(scheduler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
                topic.flush();
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == sent.get());
            }
        }
    }

    /** Waits for 40 new mirrors, and returns the longest time without a new one. */
    private static Duration longestGap(MongoCollection<Document> mirrors) {
        long before = mirrors.countDocuments();
        long start = before;
        long changedNanos = System.nanoTime();
        Duration longest = Duration.ZERO;
        while (before < start + 40) {
            long now = mirrors.countDocuments();
            long nanos = System.nanoTime();
            Duration gap = Duration.ofNanos(nanos - changedNanos);
            longest = gap.compareTo(longest) > 0 ? gap : longest;
            assertThat(gap).isLessThan(TIMEOUT);
            if (now > before) {
                before = now;
                changedNanos = nanos;
            }
        }
        return longest;
    }

    private static void setHeartbeat(Topic topic, String group) throws Exception {
        topic.admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, group),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("consumer.heartbeat.interval.ms", HEARTBEAT_MILLIS),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static void beginSecond(GenerationStore store) {
        await().atMost(TIMEOUT).until(() -> {
            GenerationRecord record = store.read("study").orElseThrow();
            Generation first = record.generations().get(1);
            Generation next =
                    new Generation(2, first.projectionVersion(), first.topics(), true, Instant.now(), null, null, null);
            return store.compareAndSet(record.begin(next));
        });
    }

    private static boolean isServedByAll(List<RunningProjector> projectors) {
        return projectors.stream()
                .allMatch(one -> one.bean(GenerationReconciler.class).runners().stream()
                                .map(GenerationRunner::partitionCount)
                                .filter(count -> count > 0)
                                .count()
                        == 2);
    }

    private static boolean areReady(List<RunningProjector> projectors) {
        return projectors.stream()
                .allMatch(one -> one.bean("projector", HealthIndicator.class)
                        .health()
                        .getStatus()
                        .equals(Status.UP));
    }

    /** Returns the members of both groups. A consumer that was closed and created again has another member id. */
    private static Set<String> members(Topic topic, String prefix) throws Exception {
        Set<String> members = new TreeSet<>();
        for (int generation = 1; generation <= 2; generation++) {
            String group = prefix + "projector-study-g" + generation;
            topic.admin()
                    .describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .members()
                    .forEach(one -> members.add(group + ' ' + one.consumerId()));
        }
        return members;
    }
}
