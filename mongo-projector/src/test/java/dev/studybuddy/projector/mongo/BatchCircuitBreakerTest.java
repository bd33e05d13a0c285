package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class BatchCircuitBreakerTest {

    private final BatchCircuitBreaker breaker = new BatchCircuitBreaker(new SimpleMeterRegistry());

    @Test
    void commandsThatMongoDbRefusesOpenTheCircuitAndAreItsReason() {
        FencedSessionLostException refused = CommandFailures.toFencedSessionLost(
                "find of todos_g1",
                new MongoCommandException(
                        BsonDocument.parse("{ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'not allowed'}"),
                        new ServerAddress()));

        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(breaker.isOpen()).isFalse();
            fail(refused);
        }

        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.lastFailure())
                .isEqualTo(
                        "MongoDB refuses the command find of todos_g1 now, with code 13 (Unauthorized): not allowed");
    }

    @Test
    void aLaterConnectionDoesNotOpenTheCircuit() {
        for (int attempt = 0; attempt < 5; attempt++) {
            fail(new FencedSessionLostException(
                    FencedSessionLostException.Cause.LATER_CONNECTION, "later", new IllegalStateException()));
        }

        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.lastFailure()).isEmpty();
    }

    private void fail(FencedSessionLostException failure) {
        assertThat(breaker.tryAcquirePermission()).isTrue();
        assertThatExceptionOfType(FencedSessionLostException.class)
                .isThrownBy(() -> breaker.run(() -> {
                    throw failure;
                }));
    }
}
