package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

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
