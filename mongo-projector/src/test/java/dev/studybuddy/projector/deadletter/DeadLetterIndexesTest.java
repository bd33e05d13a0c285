package dev.studybuddy.projector.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import dev.studybuddy.projector.mongo.SlowIndexDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadLetterIndexesTest {

    @ParameterizedTest
    @MethodSource("dev.studybuddy.projector.mongo.SlowIndexDatabase#failures")
    void anIndexThatMongoDbBuildsForLongDelaysNoOther(MongoException failure) {
        SlowIndexDatabase mongo = new SlowIndexDatabase(failure);
        DeadLetterIndexes indexes = new DeadLetterIndexes(mongo.database());

        assertThatThrownBy(indexes::createAll).isSameAs(failure);

        assertThat(mongo.requestedIndexes())
                .hasSize(DeadLetterIndexes.FIELDS.size() + 2)
                .endsWith("by_topic_state_lastAt", "by_cause");
    }
}
