package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandFailuresTest {

    private static final int UNAUTHORIZED = 13;
    private static final int NOT_PRIMARY = 10107;

    @Test
    void aRefusedCommandKeepsOnlyTheFirstCharactersOfTheServersText() {
        FencedSessionLostException lost =
                CommandFailures.toFencedSessionLost("find of todos_g1", answer(UNAUTHORIZED, 100_000));

        assertThat(lost.isRefusedCommand()).isTrue();
        assertThat(lost.getMessage()).endsWith("(Name): " + "x".repeat(200));
    }

    /** A router reports these codes if it cannot reach the shard that holds a collection. */
    @ParameterizedTest
    @ValueSource(ints = {6, 7, 89, 133, 9001})
    void aCommandOnAnUnavailableShardIsARefusalAndNoOutage(int code) {
        FencedSessionLostException lost = CommandFailures.toFencedSessionLost("find of todos_g1", answer(code, 1));

        assertThat(lost.isRefusedCommand()).isTrue();
        assertThat(lost.isOutage()).isFalse();
    }

    @Test
    void aRefusedPingIsAnOutage() {
        FencedSessionLostException lost = CommandFailures.toOutage(answer(UNAUTHORIZED, 1));

        assertThat(lost.isOutage()).isTrue();
    }

    @Test
    void anAnswerThatReportsAnOutageIsNoRefusal() {
        FencedSessionLostException lost =
                CommandFailures.toFencedSessionLost("find of todos_g1", answer(NOT_PRIMARY, 1));

        assertThat(lost.isOutage()).isTrue();
        assertThat(lost.isRefusedCommand()).isFalse();
    }

    private static MongoCommandException answer(int code, int textLength) {
        return new MongoCommandException(
                new BsonDocument("ok", new BsonInt32(0))
                        .append("code", new BsonInt32(code))
                        .append("codeName", new BsonString("Name"))
                        .append("errmsg", new BsonString("x".repeat(textLength))),
                new ServerAddress());
    }
}
