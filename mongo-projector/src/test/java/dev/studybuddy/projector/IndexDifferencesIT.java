package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.JournalFields;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;

/** This test drops indexes of a generation, or replaces them by others of the same name, while no projector runs. */
@Isolated("it waits for the end of a thread, and threads of other tests have the same name")
class IndexDifferencesIT {

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
    void aGenerationIsServedWhateverItsIndexesAre() {
        buildGenerationWithoutDifferences();
        MongoCollection<Document> mirrors = fixture.todos();
        mirrors.dropIndex("by_user");
        mirrors.createIndex(Indexes.ascending("subject"), new IndexOptions().name("by_user"));
        MongoCollection<Document> journals = fixture.journals();
        journals.dropIndex(JournalFields.POSITIONS_INDEX);
        journals.createIndex(JournalFields.positionsIndex(), new IndexOptions().name("other"));

        try (RunningProjector projector = fixture.startStudy()) {
            fixture.sendTodo("todo-2");
            await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);

            await().atMost(TIMEOUT).until(() -> differences(projector) == 2);
            HealthIndicator indicator = projector.bean("projector", HealthIndicator.class);
            await().atMost(TIMEOUT).until(() -> indicator.health().getStatus().equals(Status.UP));
            Health health = indicator.health();
            assertThat(String.valueOf(health.getDetails().get("indexDifferences")))
                    .contains("study-g1", "by_user of todos_g1", "positions of study_journal_g1");

            mirrors.dropIndex("by_user");
            journals.dropIndex("other");

            await().atMost(TIMEOUT).until(() -> differences(projector) == 0);
            assertThat(keysOf(mirrors, "by_user")).containsOnlyKeys("userId");
            assertThat(hasIndex(journals, JournalFields.POSITIONS_INDEX)).isTrue();
        }
    }

    @Test
    void aGenerationIsServedWhileADroppedIndexIsCreatedAgain() {
        buildGenerationWithoutDifferences();
        MongoCollection<Document> mirrors = fixture.todos();
        mirrors.dropIndex("by_user");
        fixture.journals().dropIndex(JournalFields.POSITIONS_INDEX);
        SlowIndexes.FINISHED.set(new CountDownLatch(1));

        try (RunningProjector projector = fixture.startStudy(SlowIndexes.class)) {
            fixture.sendTodo("todo-2");
            await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);
            HealthIndicator indicator = projector.bean("projector", HealthIndicator.class);
            await().atMost(TIMEOUT).until(() -> indicator.health().getStatus().equals(Status.UP));
            assertThat(hasIndexByUser(mirrors)).isFalse();

            SlowIndexes.FINISHED.get().countDown();

            await().atMost(TIMEOUT).until(() -> hasIndexByUser(mirrors));
        } finally {
            SlowIndexes.FINISHED.get().countDown();
        }
    }

    @Test
    void anIndexThatMongoDbRefusesIsReportedUntilItExists() {
        buildGenerationWithoutDifferences();
        MongoCollection<Document> mirrors = fixture.todos();
        mirrors.dropIndex("by_user");
        MongoCollection<Document> journals = fixture.journals();
        journals.dropIndex(JournalFields.POSITIONS_INDEX);
        RefusedIndexes.ACTIVE.set(true);

        try (RunningProjector projector = fixture.startStudy(RefusedIndexes.class)) {
            fixture.sendTodo("todo-2");
            await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);

            await().atMost(TIMEOUT).ignoreExceptions().until(() -> differences(projector) >= 1);
            HealthIndicator indicator = projector.bean("projector", HealthIndicator.class);
            await().atMost(TIMEOUT).until(() -> indicator.health().getStatus().equals(Status.UP));
            assertThat(String.valueOf(indicator.health().getDetails().get("indexDifferences")))
                    .contains("study-g1: the index by_user of todos_g1 is missing", "code 13 Unauthorized");
            assertThat(hasIndex(journals, JournalFields.POSITIONS_INDEX)).isTrue();

            RefusedIndexes.ACTIVE.set(false);

            await().atMost(TIMEOUT).until(() -> hasIndexByUser(mirrors));
            await().atMost(TIMEOUT).until(() -> differences(projector) == 0);
        } finally {
            RefusedIndexes.ACTIVE.set(false);
        }
    }

    /** Builds the first generation with a todo and without a difference, and stops its projector. */
    private void buildGenerationWithoutDifferences() {
        try (RunningProjector projector = fixture.startStudy()) {
            fixture.sendTodo("todo-1");
            await().atMost(TIMEOUT).until(() -> fixture.todos().countDocuments() == 1);
            assertThat(differences(projector)).isZero();
        }
    }

    @Test
    void aNewGenerationIsServedWithoutAnIndexThatMongoDbRefuses() {
        MongoCollection<Document> mirrors = fixture.todos();
        RefusedIndexes.ACTIVE.set(true);

        try (RunningProjector projector = fixture.startStudy(RefusedIndexes.class)) {
            fixture.sendTodo("todo-1");
            await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 1);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(differences(projector)).isPositive());

            RefusedIndexes.ACTIVE.set(false);

            await().atMost(TIMEOUT).until(() -> hasIndexByUser(mirrors));
            await().atMost(TIMEOUT).until(() -> differences(projector) == 0);
        } finally {
            RefusedIndexes.ACTIVE.set(false);
        }
    }

    @Test
    void aGenerationThatIsAbortedDuringItsProvisioningLeavesNoDifferences() {
        try (RunningProjector projector = fixture.startStudy(SlowIndexes.class)) {
            projector.awaitServed(1);
            SlowIndexes.FINISHED.set(new CountDownLatch(1));
            GenerationStore store = projector.bean(GenerationStore.class);
            await().atMost(TIMEOUT).until(() -> {
                GenerationRecord record = store.read("study").orElseThrow();
                return store.compareAndSet(record.begin(new Generation(
                        2, 1, record.generations().get(1).topics(), true, Instant.now(), null, null, null)));
            });
            await().atMost(TIMEOUT).until(() -> SlowIndexes.WAITING.get() == 1);
            await().atMost(TIMEOUT)
                    .until(() -> store.compareAndSet(
                            store.read("study").orElseThrow().abort(2, "the test aborts it")));
            GenerationReconciler reconciler = projector.bean(GenerationReconciler.class);
            await().atMost(TIMEOUT).until(() -> reconciler.runners().size() == 1);

            SlowIndexes.FINISHED.get().countDown();

            await().atMost(TIMEOUT)
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().equals("generation-study-g2")));
            await().atMost(TIMEOUT).until(() -> differences(projector, 2) == -1);
            assertThat(differences(projector)).isZero();
        } finally {
            SlowIndexes.FINISHED.get().countDown();
        }
    }

    private static boolean hasIndexByUser(MongoCollection<Document> mirrors) {
        return hasIndex(mirrors, "by_user");
    }

    private static boolean hasIndex(MongoCollection<Document> collection, String name) {
        return collection.listIndexes().into(new ArrayList<>()).stream()
                .anyMatch(index -> index.getString("name").equals(name));
    }

    private static Document keysOf(MongoCollection<Document> collection, String name) {
        return collection.listIndexes().into(new ArrayList<>()).stream()
                .filter(index -> index.getString("name").equals(name))
                .map(index -> index.get("key", Document.class))
                .findFirst()
                .orElseThrow();
    }

    /** Refuses to create indexes of the todos, like a server whose user lacks the right. */
    static class RefusedIndexes {

        static final AtomicBoolean ACTIVE = new AtomicBoolean();

        @Bean
        static BeanPostProcessor refusedIndexes() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return withRefusals(bean);
                }
            };
        }

        /** Returns a database or a collection that refuses the indexes, and any other object unchanged. */
        private static Object withRefusals(Object target) {
            Class<?> type = target instanceof MongoDatabase
                    ? MongoDatabase.class
                    : target instanceof MongoCollection ? MongoCollection.class : null;
            if (type == null) {
                return target;
            }
            return Proxy.newProxyInstance(
                    RefusedIndexes.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        if (ACTIVE.get() && method.getName().equals("createIndex") && isOfTodos(target)) {
                            throw new MongoCommandException(
                                    BsonDocument.parse("{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'no'}"),
                                    new ServerAddress());
                        }
                        try {
                            Object result = method.invoke(target, arguments);
                            return result == null ? null : withRefusals(result);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
        }

        private static boolean isOfTodos(Object target) {
            return target instanceof MongoCollection<?> collection
                    && collection.getNamespace().getCollectionName().equals("todos_g1");
        }
    }

    /** Delays the creation of indexes of the todos, like a server that builds an index of a large collection. */
    static class SlowIndexes {

        static final AtomicReference<CountDownLatch> FINISHED = new AtomicReference<>(new CountDownLatch(0));
        static final AtomicInteger WAITING = new AtomicInteger();

        @Bean
        MongoClientSettingsBuilderCustomizer slowIndexes() {
            return settings -> settings.addCommandListener(new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                    if (event.getCommandName().equals("createIndexes")
                            && event.getCommand()
                                    .getString("createIndexes")
                                    .getValue()
                                    .startsWith("todos_g")) {
                        awaitEnd();
                    }
                }
            });
        }

        private static void awaitEnd() {
            CountDownLatch finished = FINISHED.get();
            if (finished.getCount() == 0) {
                return;
            }
            WAITING.incrementAndGet();
            try {
                assertThat(finished.await(90, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            } finally {
                WAITING.decrementAndGet();
            }
        }
    }

    /** Returns the value of the metric, or -1 while it does not exist. */
    private static double differences(RunningProjector projector) {
        return differences(projector, 1);
    }

    private static double differences(RunningProjector projector, int generation) {
        Gauge gauge = projector
                .bean(MeterRegistry.class)
                .find("projector_index_differences")
                .tags("model", "study", "generation", String.valueOf(generation))
                .gauge();
        return gauge == null ? -1 : gauge.value();
    }
}
