package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Pause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test pauses a read model while records arrive, while a second projector joins, and during an upgrade. */
class PausedReadModelIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @Test
    void aPausedReadModelWaitsInItsGroupAndContinuesWithoutALoss() throws Exception {
        try (ProjectorFixture fixture = new ProjectorFixture()) {
            MongoCollection<Document> study = fixture.todos();
            MongoCollection<Document> subjects = fixture.database()
                    .getCollection(Names.mirrors(Names.SUBJECTS, AggregateType.TODO) + Names.suffix(1));
            try (RunningProjector first = fixture.start()) {
                GenerationStore store = first.bean(GenerationStore.class);
                send(fixture, 0, 50);
                await().atMost(TIMEOUT).until(() -> study.countDocuments() == 50 && subjects.countDocuments() == 50);
                Set<String> members = members(fixture);

                setPause(store, new Pause(Instant.now(), "operator", "maintenance"));
                await().atMost(TIMEOUT).until(() -> isPaused(first));
                send(fixture, 50, 150);

                await().atMost(TIMEOUT).until(() -> subjects.countDocuments() == 150);
                assertThat(study.countDocuments()).isEqualTo(50);
                assertThat(members(fixture)).isEqualTo(members).hasSize(1);
                assertThat(first.bean("projector", HealthIndicator.class).health())
                        .satisfies(health -> assertThat(health.getStatus()).isEqualTo(Status.UP))
                        .satisfies(health ->
                                assertThat(health.getDetails().get("paused")).hasToString("[study-g1]"));

                try (RunningProjector second = fixture.start()) {
                    await().atMost(TIMEOUT).until(() -> servesStudy(second) && isPaused(second));
                    send(fixture, 150, 200);
                    await().atMost(TIMEOUT).until(() -> subjects.countDocuments() == 200);
                    assertThat(study.countDocuments()).isEqualTo(50);

                    setPause(store, null);

                    await().atMost(TIMEOUT).until(() -> study.countDocuments() == 200);
                    await().atMost(TIMEOUT).until(() -> !isPaused(first) && !isPaused(second));
                }
            }
        }
    }

    @Test
    void aNewerProjectionStartsItsGenerationAfterThePause() throws Exception {
        try (ProjectorFixture fixture = new ProjectorFixture()) {
            Map<String, String> earlierVersion =
                    Map.of("studybuddy.projector.models", "study", "studybuddy.projector.versions.study", "1");
            try (RunningProjector earlier = fixture.start(earlierVersion)) {
                GenerationStore store = earlier.bean(GenerationStore.class);
                await().atMost(TIMEOUT)
                        .until(() -> store.read(Names.STUDY)
                                .filter(record -> record.active() != null)
                                .isPresent());
                setPause(store, new Pause(Instant.now(), "operator", "maintenance"));
            }
            try (RunningProjector newer = fixture.startStudy()) {
                GenerationStore store = newer.bean(GenerationStore.class);
                await().atMost(TIMEOUT).until(() -> isPaused(newer));
                await().during(Duration.ofSeconds(2))
                        .atMost(TIMEOUT)
                        .until(() ->
                                store.read(Names.STUDY).orElseThrow().listed().equals(List.of(1)));

                setPause(store, null);

                await().atMost(TIMEOUT)
                        .until(() ->
                                store.read(Names.STUDY).orElseThrow().listed().equals(List.of(1, 2)));
            }
        }
    }

    private static void send(ProjectorFixture fixture, int from, int to) throws Exception {
        for (int n = from; n < to; n++) {
            fixture.sendTodo("todo-" + n);
        }
        fixture.topics().flush();
    }

    private static void setPause(GenerationStore store, @Nullable Pause pause) {
        await().atMost(TIMEOUT).until(() -> {
            GenerationRecord record = store.read(Names.STUDY).orElseThrow();
            return store.compareAndSet(record.withPause(pause));
        });
    }

    private static boolean isPaused(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .filter(runner -> runner.name().equals("study-g1"))
                .anyMatch(GenerationRunner::isPaused);
    }

    private static boolean servesStudy(RunningProjector projector) {
        return projector.bean(GenerationReconciler.class).runners().stream()
                .anyMatch(runner -> runner.name().equals("study-g1") && runner.partitionCount() > 0);
    }

    /** Returns the members of the paused group. A consumer that left and joined again has another member id. */
    private static Set<String> members(ProjectorFixture fixture) throws Exception {
        String group = fixture.group(Names.STUDY, 1);
        Set<String> members = new TreeSet<>();
        fixture.topics()
                .admin()
                .describeConsumerGroups(Set.of(group))
                .describedGroups()
                .get(group)
                .get()
                .members()
                .forEach(one -> members.add(one.consumerId()));
        return members;
    }
}
