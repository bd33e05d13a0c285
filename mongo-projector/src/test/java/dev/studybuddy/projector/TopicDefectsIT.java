package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** This test compacts a topic from which a generation is served. */
class TopicDefectsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Test
    void aTopicThatIsCompactedLaterIsReportedWhileItsGenerationsAreServed() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        String compacted = AggregateType.TODO.topic(prefix);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                Topic topic = new Topic(bootstrap, prefix)) {
            topic.createAll(Map.of());
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, Map.of())) {
                awaitDefect(projector, 0);

                setCleanupPolicy(topic, compacted, "compact");

                awaitDefect(projector, 1);
                Health health =
                        projector.bean("projector", HealthIndicator.class).health();
                assertThat(health.getStatus()).isEqualTo(Status.UP);
                assertThat(String.valueOf(health.getDetails().get("topicDefects")))
                        .contains("study", "subjects", compacted + " is compacted");

                setCleanupPolicy(topic, compacted, "delete");

                awaitDefect(projector, 0);
            }
        }
    }

    @Test
    void aCorrectedDefectClearsAlthoughNoGenerationIsUsable() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        String compacted = AggregateType.TODO.topic(prefix);
        try (TestMongo mongo = TestServers.newMongoDatabase();
                Topic topic = new Topic(bootstrap, prefix)) {
            topic.createAll(Map.of());
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, Map.of())) {
                awaitDefect(projector, 0);
                setCleanupPolicy(topic, compacted, "compact");
                awaitDefect(projector, 1);
                GenerationStore store = projector.bean(GenerationStore.class);
                for (String model : List.of("study", "subjects")) {
                    GenerationRecord record = store.read(model).orElseThrow();
                    assertThat(store.compareAndSet(
                                    record.markBroken(1, "the test breaks it").orElseThrow()))
                            .isTrue();
                }
                await().atMost(TIMEOUT)
                        .until(() -> projector
                                .bean(GenerationReconciler.class)
                                .runners()
                                .isEmpty());

                setCleanupPolicy(topic, compacted, "delete");

                awaitDefect(projector, 0);
            }
        }
    }

    private static void awaitDefect(RunningProjector projector, int expected) {
        MeterRegistry meters = projector.bean(MeterRegistry.class);
        for (String model : List.of("study", "subjects")) {
            await().atMost(TIMEOUT).until(() -> {
                Gauge gauge = meters.find("projector_topic_defect")
                        .tag("model", model)
                        .gauge();
                return gauge != null && gauge.value() == expected;
            });
        }
    }

    private static void setCleanupPolicy(Topic topic, String name, String policy) throws Exception {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
        topic.admin()
                .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), List.of(change)))
                .all()
                .get();
    }
}
