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

    @Test
    void aRefusedCommandIsRememberedUntilWorkSucceedsOrMongoDbIsUnavailable() {
        FencedSessionLostException refused = new FencedSessionLostException(
                FencedSessionLostException.Cause.REFUSED_COMMAND, "refused", new IllegalStateException());
        fail(refused);
        assertThat(breaker.isCommandRefused()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
        breaker.run(() -> false);
        assertThat(breaker.isCommandRefused()).isTrue();
        assertThat(breaker.tryAcquirePermission()).isTrue();
        breaker.run(() -> true);
        assertThat(breaker.isCommandRefused()).isFalse();

        fail(refused);
        fail(new FencedSessionLostException(
                FencedSessionLostException.Cause.OUTAGE, "lost", new IllegalStateException()));
        assertThat(breaker.isCommandRefused()).isFalse();
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
