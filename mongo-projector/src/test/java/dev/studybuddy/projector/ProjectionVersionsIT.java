package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.StudyContribution;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This test starts instances of earlier and later versions of a projection. */
class ProjectionVersionsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Map<String, String> STUDY = Map.of("studybuddy.projector.models", "study");
    private static final Projection NEWER =
            new Projection(StudyContribution.VERSION + 1, EnumSet.allOf(AggregateType.class));

    private ProjectorFixture fixture;
    private GenerationStore store;

    @BeforeEach
    void open() throws Exception {
        fixture = new ProjectorFixture();
        store = fixture.generations();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aNewerVersionIsNotBuiltFromTopicsThatWereCreatedAgain() throws Exception {
        try (RunningProjector old = fixture.start(
                Map.of("studybuddy.projector.models", "study", "studybuddy.projector.versions.study", "1"))) {
            old.awaitServed(1);
        }
        fixture.topics().recreate(AggregateType.USER);
        try (RunningProjector newer = fixture.start(STUDY)) {
            await().atMost(TIMEOUT).until(() -> record().stateOf(1) == GenerationState.BROKEN);

            await().atMost(TIMEOUT).during(Duration.ofSeconds(2)).until(() -> record().building() == null);
            assertThat(newer.bean(GenerationStore.class)
                            .read("study")
                            .orElseThrow()
                            .projection()
                            .version())
                    .isEqualTo(StudyContribution.VERSION);
        }
    }

    /** A member of the newer generation's group stands for an instance of a later program. */
    @Test
    void anInstanceOfAnEarlierProgramPublishesNothingWhileANewerOneRuns() {
        try (RunningProjector first = fixture.start(STUDY)) {
            first.awaitServed(1);
        }
        activateNewerVersion();
        try (Consumer<byte[], byte[]> newer = fixture.topics().joinGroup(fixture.group("study", 2), "newer-study-g2");
                RunningProjector restarted = fixture.start(STUDY)) {
            restarted.awaitServed(1);

            // Without the member, the projection would be published after twelve checks, which take about 15 s.
            await().atMost(TIMEOUT).during(Duration.ofSeconds(25)).until(() -> {
                newer.poll(Duration.ofMillis(50));
                return NEWER.equals(record().projection());
            });
        }
    }

    @Test
    void anEarlierVersionIsPublishedAfterEveryNewerInstanceHasStopped() {
        try (RunningProjector first = fixture.start(STUDY)) {
            first.awaitServed(1);
        }
        activateNewerVersion();

        try (RunningProjector rolledBack = fixture.start(STUDY)) {
            await().atMost(TIMEOUT).until(() -> record().projection().version() == StudyContribution.VERSION);
            rolledBack.awaitServed(1);
        }
    }

    @Test
    void aRunningInstanceOfAnEarlierProgramPublishesAfterANewerOneHasStopped() {
        try (RunningProjector running = fixture.start(STUDY)) {
            running.awaitServed(1);
            activateNewerVersion();
            Consumer<byte[], byte[]> newer = fixture.topics().joinGroup(fixture.group("study", 2), "newer-study-g2");
            newer.close();

            await().atMost(TIMEOUT).until(() -> record().projection().version() == StudyContribution.VERSION);
        }
    }

    @Test
    void aRunningInstanceRestoresTheVersionOfTheActiveGeneration() {
        Projection earlier = new Projection(StudyContribution.VERSION - 1, EnumSet.allOf(AggregateType.class));
        try (RunningProjector running = fixture.start(STUDY)) {
            running.awaitServed(1);
            await().atMost(TIMEOUT).until(() -> store.compareAndSet(record().withProjection(earlier)));

            await().atMost(TIMEOUT).until(() -> record().projection().version() == StudyContribution.VERSION);
        }
    }

    /** Changes the record as an instance of a later program does. */
    private void activateNewerVersion() {
        GenerationRecord record = record();
        Generation newer = new Generation(
                2, NEWER.version(), record.generations().get(1).topics(), true, Instant.now(), null, null, null);
        assertThat(store.compareAndSet(record.begin(newer).withProjection(NEWER)))
                .isTrue();
        assertThat(store.compareAndSet(record().activate(2, Instant.now()))).isTrue();
    }

    private GenerationRecord record() {
        return store.read("study").orElseThrow();
    }
}
