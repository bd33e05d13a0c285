package dev.studybuddy.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.RunningApi;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.web.ProblemException;
import dev.studybuddy.api.web.Replies;
import dev.studybuddy.api.web.Reply;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Requests with one key whose effect is outside SQL, each as an instance of its own would have it. */
class PostOutsideIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(10);

    private static TestDatabase sql;
    private static RunningApi api;

    private final PostKey key =
            new PostKey("somebody POST /somewhere", UUID.randomUUID().toString());
    private final AtomicInteger effects = new AtomicInteger();

    @BeforeAll
    static void start() {
        sql = TestServers.newDatabase();
        RunningApi.migrateOutbox(sql.dataSource());
        api = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", "mongodb://127.0.0.1:1/studybuddy",
                "spring.kafka.bootstrap-servers", "127.0.0.1:1"));
    }

    @AfterAll
    static void stop() {
        api.close();
        sql.close();
    }

    @Test
    void aSecondRequestMeanwhileHasNoEffectAndGetsTheFirstOnesAnswer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Future<ResponseEntity<byte[]>> first = pool.submit(() -> post("a").outside(LONG, () -> {
                begun.countDown();
                await(goOn);
                return effect();
            }));
            await(begun);
            Future<ResponseEntity<byte[]>> second = pool.submit(() -> post("a").outside(LONG, this::effect));

            // It waits for the first, then says so, and the client asks again.
            assertThatThrownBy(second::get)
                    .hasCauseInstanceOf(ProblemException.class)
                    .hasMessageContaining("under way");
            assertThatThrownBy(() -> post("another").outside(LONG, this::effect))
                    .hasMessageContaining("was used for another request");
            goOn.countDown();
            ResponseEntity<byte[]> again =
                    pool.submit(() -> post("a").outside(LONG, this::effect)).get();

            assertThat(text(again)).isEqualTo(text(first.get())).isEqualTo("{\"effect\":1}");
            assertThat(again.getStatusCode()).isEqualTo(HttpStatus.ACCEPTED);
            assertThat(effects).hasValue(1);
        }
    }

    @Test
    void anEffectThatFailedLeavesTheKeyFree() {
        assertThatThrownBy(() -> post("a").outside(LONG, () -> {
                    throw new IllegalStateException("refused");
                }))
                .hasMessage("refused");

        assertThat(text(post("a").outside(LONG, this::effect))).isEqualTo("{\"effect\":1}");
    }

    @Test
    void aKeyThatADeadProcessReservedIsFreeWhenItsTimeIsOver() {
        IdempotencyKeys keys = api.bean(IdempotencyKeys.class);
        keys.claim(key, "a", UUID.randomUUID(), Duration.ofSeconds(3));
        assertThatThrownBy(() -> post("a").outside(LONG, this::effect)).hasMessageContaining("under way");

        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptionsInstanceOf(ProblemException.class)
                .until(() -> text(post("a").outside(LONG, this::effect)).equals("{\"effect\":1}"));
    }

    @Test
    void whoseReservationWasTakenOverDoesNotStoreItsAnswer() {
        ResponseEntity<byte[]> slow = post("a").outside(Duration.ZERO, () -> {
            assertThat(text(post("a").outside(LONG, this::effect))).isEqualTo("{\"effect\":1}");
            return effect();
        });

        assertThat(text(slow)).isEqualTo("{\"effect\":2}");
        assertThat(text(post("a").outside(LONG, this::effect))).isEqualTo("{\"effect\":1}");
    }

    private Reply effect() {
        return Reply.of(HttpStatus.ACCEPTED, Map.of("effect", effects.incrementAndGet()));
    }

    private Post post(String hash) {
        return new Post(
                api.bean(IdempotencyKeys.class),
                api.bean(RetryingTransactions.class),
                api.bean(Replies.class),
                key,
                hash);
    }

    private static String text(ResponseEntity<byte[]> answer) {
        byte[] body = answer.getBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
