package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
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
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test activates two generations in turn while two projectors serve both. */
@Isolated("it measures short gaps, which a start of another program lengthens")
class ActivationIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int ACTIVATIONS = 10;

    /** A consumer that joins a group needs at least one heartbeat of 5 s, the default of Kafka. */
    private static final String HEARTBEAT_MILLIS = "5000";

    /**
     * A consumer that joins its group again needs longer than this, but on a busy machine all programs stall for short
     * times. The control shows these stalls: it is a read model without an activation, which the same processes fill
     * from the same records. Therefore a gap may be as long as this time and the gap of the control together. The test
     * repeats an activation if the gap of the control reaches this time.
     */
    private static final Duration MAX_GAP = Duration.ofMillis(300);

    private static final int MAX_STALLS = 60;
    private static final Duration READ_INTERVAL = Duration.ofMillis(2);
    private static final int ARRIVALS_PER_ACTIVATION = 40;

    @Test
    void tenActivationsInterruptNoConsumerAndNeverMakeAnInstanceUnready() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        HistoryGenerator generator = new HistoryGenerator(7);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix);
                ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2)) {
            topics.createAll(Map.of());
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            MongoCollection<Document> control = database.getCollection("subjects_todos_g1");
            Map<String, String> settings = Map.of("studybuddy.projector.models", "study,subjects");
            setHeartbeat(topics, prefix + "projector-study-g1");
            setHeartbeat(topics, prefix + "projector-study-g2");
            setHeartbeat(topics, prefix + "projector-subjects-g1");
            try (RunningProjector first = new RunningProjector(bootstrap, mongo.uri(), prefix, settings);
                    RunningProjector second = new RunningProjector(bootstrap, mongo.uri(), prefix, settings)) {
                List<RunningProjector> projectors = List.of(first, second);
                GenerationStore store = first.bean(GenerationStore.class);
                await().atMost(TIMEOUT)
                        .until(() -> store.read("study")
                                .filter(one -> one.active() != null)
                                .isPresent());
                beginSecond(store);
                MongoCollection<Document> mirrors = database.getCollection("todos_g2");
                await().atMost(TIMEOUT).until(() -> isServedByAll(projectors) && areReady(projectors));
                AtomicInteger sent = new AtomicInteger();
                Future<?> sending = scheduler.scheduleAtFixedRate(
                        () -> topics.send(generator.todo("todo-" + sent.getAndIncrement(), "user-1", 1)),
                        0,
                        10,
                        TimeUnit.MILLISECONDS);
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() > 100);
                Set<String> membersBefore = members(topics, prefix);

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
                List<Gaps> gaps = new ArrayList<>();
                List<Gaps> stalls = new ArrayList<>();
                while (gaps.size() < ACTIVATIONS) {
                    GenerationRecord record = store.read("study").orElseThrow();
                    int next = Integer.valueOf(2).equals(record.active()) ? 1 : 2;
                    assertThat(store.compareAndSet(record.activate(next, Instant.now())))
                            .isTrue();
                    Gaps longest = longestGaps(database.getCollection("todos_g" + next), control);
                    (longest.control().compareTo(MAX_GAP) < 0 ? gaps : stalls).add(longest);
                    assertThat(stalls).hasSizeLessThan(MAX_STALLS);
                }

                assertThat(unready).isEmpty();
                assertThat(members(topics, prefix)).isEqualTo(membersBefore).hasSize(4);
                assertThat(gaps)
                        .allSatisfy(gap -> assertThat(gap.generation()).isLessThan(MAX_GAP.plus(gap.control())));
                assertThat(List.of(sending, asking)).noneMatch(Future::isDone);
                sending.cancel(false);
                asking.cancel(false);
                scheduler.shutdown();
                assertThat(scheduler.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
                topics.flush();
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == sent.get());
            }
        }
    }

    /**
     * This record holds the longest times without a new document around one activation.
     *
     * @param generation the gap of the generation that is activated
     * @param control the gap of the read model without an activation
     */
    private record Gaps(Duration generation, Duration control) {}

    /** Waits for some new mirrors, and returns the longest gaps until then. */
    private static Gaps longestGaps(MongoCollection<Document> mirrors, MongoCollection<Document> control) {
        Arrivals ofGeneration = new Arrivals(mirrors);
        Arrivals ofControl = new Arrivals(control);
        while (ofGeneration.count() < ARRIVALS_PER_ACTIVATION) {
            ofGeneration.read();
            ofControl.read();
            LockSupport.parkNanos(READ_INTERVAL.toNanos());
        }
        return new Gaps(ofGeneration.longestGap(), ofControl.longestGap());
    }

    /** Counts the new documents of a collection, and measures the longest time without one. */
    private static final class Arrivals {

        private final MongoCollection<Document> documents;
        private final long first;
        private long last;
        private long changedNanos = System.nanoTime();
        private Duration longestGap = Duration.ZERO;

        Arrivals(MongoCollection<Document> documents) {
            this.documents = documents;
            this.first = documents.countDocuments();
            this.last = first;
        }

        void read() {
            long now = documents.countDocuments();
            long nanos = System.nanoTime();
            Duration gap = Duration.ofNanos(nanos - changedNanos);
            longestGap = gap.compareTo(longestGap) > 0 ? gap : longestGap;
            assertThat(gap).isLessThan(TIMEOUT);
            if (now > last) {
                last = now;
                changedNanos = nanos;
            }
        }

        long count() {
            return last - first;
        }

        Duration longestGap() {
            return longestGap;
        }
    }

    private static void setHeartbeat(TestTopicWriter topics, String group) throws Exception {
        topics.admin()
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
                        == 3);
    }

    private static boolean areReady(List<RunningProjector> projectors) {
        return projectors.stream()
                .allMatch(one -> one.bean("projector", HealthIndicator.class)
                        .health()
                        .getStatus()
                        .equals(Status.UP));
    }

    /** Returns the members of both groups. A consumer that was closed and created again has another member id. */
    private static Set<String> members(TestTopicWriter topics, String prefix) throws Exception {
        Set<String> members = new TreeSet<>();
        for (int generation = 1; generation <= 2; generation++) {
            String group = prefix + "projector-study-g" + generation;
            topics.admin()
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
