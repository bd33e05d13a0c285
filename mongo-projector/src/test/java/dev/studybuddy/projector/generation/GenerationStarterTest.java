package dev.studybuddy.projector.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationStarterTest {

    private static final Generation ACTIVE = new Generation(
            3,
            1,
            Map.of("a.user.v1", new TopicOrigin("id-1", 12), "a.todo.v1", new TopicOrigin("id-2", 12)),
            false,
            Instant.EPOCH,
            null,
            Generation.End.BROKEN,
            "a.todo.v1 was deleted and created again");

    @Test
    void theTopicsOfTheActiveGenerationAreNotReplaced() {
        assertThat(GenerationStarter.findReplacedTopic(ACTIVE, ACTIVE.topics())).isNull();
    }

    @Test
    void aTopicThatWasCreatedAgainIsReplaced() {
        assertThat(GenerationStarter.findReplacedTopic(ACTIVE, Map.of("a.todo.v1", new TopicOrigin("id-9", 12))))
                .isEqualTo(
                        "a.todo.v1 with id id-9 and 12 partitions is not the topic from which the active generation 3"
                                + " was built, a.todo.v1 with id id-2 and 12 partitions, so it may lack old states; a full"
                                + " backup must publish every state first (rebuild with snapshotsFirst)");
    }

    @Test
    void aTopicWithAnotherPrefixOrNumberOfPartitionsIsReplaced() {
        assertThat(GenerationStarter.findReplacedTopic(ACTIVE, Map.of("b.todo.v1", new TopicOrigin("id-2", 12))))
                .startsWith("b.todo.v1 with id id-2");
        assertThat(GenerationStarter.findReplacedTopic(ACTIVE, Map.of("a.todo.v1", new TopicOrigin("id-2", 24))))
                .startsWith("a.todo.v1 with id id-2 and 24 partitions");
    }

    @Test
    void aTopicOfATypeThatTheActiveGenerationDoesNotReadIsNotReplaced() {
        assertThat(GenerationStarter.findReplacedTopic(
                        ACTIVE,
                        Map.of("a.user.v1", new TopicOrigin("id-1", 12), "a.session.v1", new TopicOrigin("id-9", 12))))
                .isNull();
    }

    @Test
    void withoutAnActiveGenerationNoTopicIsReplaced() {
        assertThat(GenerationStarter.findReplacedTopic(null, ACTIVE.topics())).isNull();
    }
}
