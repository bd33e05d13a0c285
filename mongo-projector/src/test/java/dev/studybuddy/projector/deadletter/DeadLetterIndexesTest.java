package dev.studybuddy.projector.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.MongoSocketReadTimeoutException;
import dev.studybuddy.projector.mongo.SlowIndexDatabase;
import org.junit.jupiter.api.Test;

class DeadLetterIndexesTest {

    @Test
    void anIndexThatMongoDbBuildsForLongDelaysNoOther() {
        SlowIndexDatabase mongo = new SlowIndexDatabase();
        DeadLetterIndexes indexes = new DeadLetterIndexes(mongo.database());

        assertThatExceptionOfType(MongoSocketReadTimeoutException.class).isThrownBy(indexes::createAll);

        assertThat(mongo.requestedIndexes())
                .hasSize(DeadLetterIndexes.FIELDS.size() + 2)
                .endsWith("by_topic_state_lastAt", "by_cause");
    }
}
