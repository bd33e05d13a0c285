package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.TopicOrigin;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;

/** This test changes the topics from which generations are served and built. */
class TopicDefectsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private ProjectorFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new ProjectorFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aTopicThatIsCompactedLaterIsReportedWhileItsGenerationsAreServed() throws Exception {
        String compacted = fixture.todoTopic();
        try (RunningProjector projector = fixture.start()) {
            projector.awaitServed(2);

            setCleanupPolicy(compacted, "compact");

            awaitDefect(projector, 1);
            Health health = projector.bean("projector", HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(String.valueOf(health.getDetails().get("topicDefects")))
                    .contains("study", "subjects", compacted + " is compacted");

            setCleanupPolicy(compacted, "delete");

            awaitDefect(projector, 0);
        }
    }

    @Test
    void aDefectThatPreventsTheFirstGenerationIsReported() throws Exception {
        String compacted = fixture.todoTopic();
        setCleanupPolicy(compacted, "compact");
        try (RunningProjector projector = fixture.start()) {
            awaitDefect(projector, 1);
            GenerationStore store = projector.bean(GenerationStore.class);
            assertThat(store.read("study")
                            .filter(record -> !record.generations().isEmpty()))
                    .isEmpty();

            setCleanupPolicy(compacted, "delete");

            awaitDefect(projector, 0);
            await().atMost(TIMEOUT)
                    .until(() -> store.read("study")
                            .filter(record -> record.stateOf(1) == GenerationState.ACTIVE)
                            .isPresent());
        }
    }

    @Test
    void aCorrectedDefectClearsAlthoughNoGenerationIsUsable() throws Exception {
        String compacted = fixture.todoTopic();
        try (RunningProjector projector = fixture.start()) {
            GenerationStore store = projector.bean(GenerationStore.class);
            List<String> models = List.of("study", "subjects");
            // A read model without a generation would start none on a compacted topic.
            projector.awaitServed(2);
            awaitDefect(projector, 0);
            setCleanupPolicy(compacted, "compact");
            awaitDefect(projector, 1);
            for (String model : models) {
                GenerationRecord record = store.read(model).orElseThrow();
                assertThat(store.compareAndSet(
                                record.markBroken(1, "the test breaks it").orElseThrow()))
                        .isTrue();
            }
            await().atMost(TIMEOUT)
                    .until(() ->
                            projector.bean(GenerationReconciler.class).runners().isEmpty());

            setCleanupPolicy(compacted, "delete");

            awaitDefect(projector, 0);
        }
    }

    @Test
    void aRemovalOfUnlistedCollectionsThatFailsDelaysNoCheckOfTheTopics() throws Exception {
        try (RunningProjector projector = fixture.start(RefusedLists.class)) {
            projector.awaitServed(2);
            awaitDefect(projector, 0);
            RefusedLists.ACTIVE.set(true);
            int before = RefusedLists.REFUSALS.get();
            await().atMost(TIMEOUT).until(() -> RefusedLists.REFUSALS.get() > before);

            setCleanupPolicy(fixture.todoTopic(), "compact");

            awaitDefect(projector, 1);
        } finally {
            RefusedLists.ACTIVE.set(false);
        }
    }

    @Test
    void aRemovalOfUnlistedCollectionsThatFailsDelaysNoRemovalOfGroups() throws Exception {
        String unlisted = fixture.group("study", 7);
        Admin admin = fixture.topics().admin();
        try (RunningProjector projector =
                fixture.start(Map.of("studybuddy.projector.drop-after", "10s"), RefusedLists.class)) {
            projector.awaitServed(2);
            RefusedLists.ACTIVE.set(true);
            int before = RefusedLists.REFUSALS.get();
            admin.alterConsumerGroupOffsets(
                            unlisted, Map.of(new TopicPartition(fixture.todoTopic(), 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
            assertThat(listGroups(admin)).contains(unlisted, fixture.group("study", 1));

            await().atMost(TIMEOUT).until(() -> !listGroups(admin).contains(unlisted));

            assertThat(RefusedLists.REFUSALS.get()).isGreaterThan(before);
            assertThat(listGroups(admin)).contains(fixture.group("study", 1));
        } finally {
            RefusedLists.ACTIVE.set(false);
        }
    }

    private static List<String> listGroups(Admin admin) throws Exception {
        return admin.listGroups().all().get().stream()
                .map(GroupListing::groupId)
                .toList();
    }

    /**
     * During a move to more partitions, the projector serves the generation of the earlier topics until the next one is
     * built.
     */
    @Test
    void aDefectConcernsTheTopicsOfTheNextGenerationAfterAChangeOfPrefix() throws Exception {
        Map<String, TopicOrigin> earlier = createTopics(TestServers.newTopicPrefix(), TestTopicWriter.PARTITIONS + 1);
        GenerationStore store = activateGenerationOf(earlier);
        try (RunningProjector projector = fixture.startStudy()) {
            awaitDefect(projector, 0, "study");
            await().atMost(TIMEOUT)
                    .until(() -> projector.bean(GenerationReconciler.class).runners().stream()
                            .anyMatch(runner -> runner.partitionCount() == 3 * (TestTopicWriter.PARTITIONS + 1)));

            setCleanupPolicy(fixture.todoTopic(), "compact");

            awaitDefect(projector, 1, "study");
            assertThat(store.read("study").orElseThrow().stateOf(1)).isEqualTo(GenerationState.ACTIVE);
        }
    }

    /** The principal may lack a right on the topics of the next generation, which the served one does not need. */
    @Test
    void aRecreatedTopicBreaksItsGenerationIfTheNextTopicsAreNotInspected() throws Exception {
        String earlierPrefix = TestServers.newTopicPrefix();
        Map<String, TopicOrigin> earlier = createTopics(earlierPrefix, TestTopicWriter.PARTITIONS);
        String changed = AggregateType.TODO.topic(earlierPrefix);
        earlier.put(changed, new TopicOrigin(Uuid.randomUuid().toString(), TestTopicWriter.PARTITIONS));
        GenerationStore store = activateGenerationOf(earlier);
        HiddenTopics.PREFIX.set(fixture.prefix());
        try (RunningProjector projector = fixture.startStudy(HiddenTopics.class)) {
            await().atMost(TIMEOUT)
                    .until(() -> store.read("study").orElseThrow().stateOf(1) == GenerationState.BROKEN);

            assertThat(projector
                            .bean(MeterRegistry.class)
                            .find("projector_topic_defect")
                            .gauge())
                    .isNull();
            assertThat(store.read("study").orElseThrow().generations().get(1).reason())
                    .isEqualTo(changed + " was deleted and created again");
        } finally {
            HiddenTopics.PREFIX.set(null);
        }
    }

    /** Refuses to describe the topics of one prefix, like a broker whose principal lacks the right. */
    static class HiddenTopics {

        static final AtomicReference<@Nullable String> PREFIX = new AtomicReference<>();

        @Bean
        static BeanPostProcessor hiddenTopics() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof Admin admin ? withHiddenTopics(admin) : bean;
                }
            };
        }

        private static Object withHiddenTopics(Admin admin) {
            return Proxy.newProxyInstance(
                    HiddenTopics.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("describeTopics")
                                && String.valueOf(arguments[0]).contains(String.valueOf(PREFIX.get()))) {
                            throw new TopicAuthorizationException("the principal may not describe the topics");
                        }
                        try {
                            return method.invoke(admin, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
        }
    }

    /** Refuses to list the collections, like a server whose user lacks the right. */
    static class RefusedLists {

        static final AtomicBoolean ACTIVE = new AtomicBoolean();
        static final AtomicInteger REFUSALS = new AtomicInteger();

        @Bean
        static BeanPostProcessor refusedLists() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return withRefusals(bean);
                }
            };
        }

        /** Returns a database that refuses the list, and any other object unchanged. */
        private static Object withRefusals(Object target) {
            if (!(target instanceof MongoDatabase)) {
                return target;
            }
            return Proxy.newProxyInstance(
                    RefusedLists.class.getClassLoader(),
                    new Class<?>[] {MongoDatabase.class},
                    (proxy, method, arguments) -> {
                        if (ACTIVE.get() && method.getName().equals("listCollectionNames")) {
                            REFUSALS.incrementAndGet();
                            throw new MongoCommandException(
                                    BsonDocument.parse("{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'no'}"),
                                    new ServerAddress());
                        }
                        try {
                            return withRefusals(method.invoke(target, arguments));
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
        }
    }

    /** Records an active generation of these topics, and returns the store of the record. */
    private GenerationStore activateGenerationOf(Map<String, TopicOrigin> topics) {
        GenerationStore store = fixture.generations();
        Generation generation =
                new Generation(1, StudyContribution.VERSION, topics, false, Instant.EPOCH, null, null, null);
        assertThat(store.compareAndSet(GenerationRecord.empty("study").beginActive(generation)))
                .isTrue();
        return store;
    }

    private Map<String, TopicOrigin> createTopics(String prefix, int partitions) throws Exception {
        List<NewTopic> newTopics = Stream.of(AggregateType.values())
                .map(type -> new NewTopic(type.topic(prefix), partitions, (short) 1))
                .toList();
        CreateTopicsResult created = fixture.topics().admin().createTopics(newTopics);
        Map<String, TopicOrigin> origins = new HashMap<>();
        for (NewTopic one : newTopics) {
            origins.put(
                    one.name(),
                    new TopicOrigin(created.topicId(one.name()).get().toString(), partitions));
        }
        return origins;
    }

    private static void awaitDefect(RunningProjector projector, int expected) {
        awaitDefect(projector, expected, "study", "subjects");
    }

    private static void awaitDefect(RunningProjector projector, int expected, String... models) {
        MeterRegistry meters = projector.bean(MeterRegistry.class);
        for (String model : models) {
            await().atMost(TIMEOUT).until(() -> {
                Gauge gauge = meters.find("projector_topic_defect")
                        .tag("model", model)
                        .gauge();
                return gauge != null && gauge.value() == expected;
            });
        }
    }

    private void setCleanupPolicy(String name, String policy) throws Exception {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
        fixture.topics()
                .admin()
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), List.of(change)))
                .all()
                .get();
    }
}
