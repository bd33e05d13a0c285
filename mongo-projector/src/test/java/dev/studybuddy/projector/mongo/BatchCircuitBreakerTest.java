package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.mongodb.MongoCommandException;
import com.mongodb.ServerAddress;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class BatchCircuitBreakerTest {

    private final BatchCircuitBreaker breaker = new BatchCircuitBreaker(new SimpleMeterRegistry());

    @Test
    void outagesOpenTheCircuitAndAreItsReason() {
        FencedSessionLostException lost = CommandFailures.toFencedSessionLost("find of todos_g1", answer(10107));

        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(breaker.isOpen()).isFalse();
            fail(lost);
        }

        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.lastFailure()).startsWith("MongoDB: ").contains("10107");
    }

    @Test
    void commandsThatMongoDbRefusesForOneCollectionDoNotOpenTheCircuit() {
        FencedSessionLostException refused = CommandFailures.toFencedSessionLost("find of todos_g1", answer(133));

        for (int attempt = 0; attempt < 100; attempt++) {
            fail(refused);
        }

        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.lastFailure()).isEmpty();
    }

    @Test
    void aRefusedCommandShowsThatMongoDbResponds() {
        openCircuit();
        await().until(breaker::tryAcquirePermission);

        run(CommandFailures.toFencedSessionLost("find of todos_g1", answer(133)));

        assertThat(breaker.isOpen()).isFalse();
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

    @Test
    void aFailureThatShowsNothingAboutMongoDbLeavesTheCircuitOpen() {
        openCircuit();
        await().until(breaker::tryAcquirePermission);
        FencedSessionLostException later = new FencedSessionLostException(
                FencedSessionLostException.Cause.LATER_CONNECTION, "later", new IllegalStateException());

        run(later);
        assertThat(breaker.isOpen()).isTrue();
        fail(later);
        assertThat(breaker.isOpen()).isTrue();

        assertThat(breaker.tryAcquirePermission()).isTrue();
        breaker.run(() -> true);
        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void aRefusedWriteOfOneDocumentShowsThatMongoDbExecutesCommands() {
        openCircuit();
        await().until(breaker::tryAcquirePermission);

        run(new TemporaryRefusalException("todos_g1", "a", new WriteRefusal(0, 11600, "interrupted")));

        assertThat(breaker.isOpen()).isFalse();
    }

    @Test
    void workThatSendsNoCommandLeavesTheCircuitOpen() {
        openCircuit();
        await().until(breaker::tryAcquirePermission);

        breaker.run(() -> false);

        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
        breaker.run(() -> true);
        assertThat(breaker.isOpen()).isFalse();
    }

    private static MongoCommandException answer(int code) {
        return new MongoCommandException(
                BsonDocument.parse("{ok: 0, code: " + code + ", codeName: 'Name', errmsg: 'not now'}"),
                new ServerAddress());
    }

    private void openCircuit() {
        for (int attempt = 0; attempt < 3; attempt++) {
            fail(new FencedSessionLostException(
                    FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException()));
        }
    }

    private void fail(FencedSessionLostException failure) {
        assertThat(breaker.tryAcquirePermission()).isTrue();
        run(failure);
    }

    /** Runs permitted work that fails. */
    private void run(RuntimeException failure) {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> breaker.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }
}
