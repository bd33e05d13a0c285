package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.bench.http.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Asks for one scholar's analytics and place on the board, from its making until its end, and looks at each answer. While
 * programs start again and again, a slow machine may be late with a few; {@code OutagesIT} has the limit for each.
 */
final class OngoingReads implements AutoCloseable {

    private static final Duration BETWEEN = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration HANGING = Duration.ofSeconds(10);
    private static final int TOLD = 10;

    /** What an answer shows. */
    enum Sight {
        TRUE,
        FALSIFIED
    }

    private final Stack stack;
    private final Scholar scholar;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final Future<?> reading;
    private final Map<Sight, Long> seen = new EnumMap<>(Sight.class);
    private final List<String> wrong = new ArrayList<>();
    private long fromMongo;
    private long late;
    private long all;

    OngoingReads(Stack stack, Scholar scholar) {
        this.stack = stack;
        this.scholar = scholar;
        this.reading = pool.submit(() -> {
            while (!ended.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
                read("/api/reports/analytics?days=7&userId=" + scholar.id(), this::ofAnalytics);
                read("/api/users/leaderboard?limit=1&around=" + scholar.id(), this::ofBoard);
            }
            return null;
        });
    }

    /** How many answers showed that so far. */
    synchronized long seen(Sight sight) {
        return seen.getOrDefault(sight, 0L);
    }

    /** Ends; each answer must have come, none hanging and nearly all in time, and of one generation. */
    void end() throws Exception {
        ended.countDown();
        reading.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        synchronized (this) {
            assertThat(wrong).as("%s", this).isEmpty();
            assertThat(fromMongo).as("%s", this).isGreaterThan(all * 9 / 10);
            assertThat(late).as("%s", this).isLessThanOrEqualTo(all / 20);
        }
    }

    @Override
    public void close() {
        ended.countDown();
        pool.shutdown();
    }

    @Override
    public synchronized String toString() {
        return "%d reads, %d from MongoDB, %s, %d late, %d wrong".formatted(all, fromMongo, seen, late, wrong.size());
    }

    private void read(String path, Look look) throws InterruptedException {
        Answer answer;
        try {
            answer = stack.api().call("GET", path, null);
        } catch (IOException unanswered) {
            note(path + ": " + unanswered);
            return;
        }
        if (answer.status() != 200) {
            note(path + ": " + answer);
            return;
        }
        if (answer.took().compareTo(HANGING) > 0) {
            note(path + " took " + answer.took());
        }
        Sight sight = look.at(answer.body());
        synchronized (this) {
            all++;
            late += answer.took().compareTo(Problems.ANSWER_LIMIT) > 0 ? 1 : 0;
            fromMongo += answer.header("X-Read-Source").orElse("").equals("mongodb") ? 1 : 0;
            if (sight != null) {
                seen.merge(sight, 1L, Long::sum);
            }
        }
        if (sight == null) {
            note(path + " mixes: " + answer.body());
        }
    }

    private synchronized void note(String what) {
        if (wrong.size() < TOLD) {
            wrong.add(what);
        }
    }

    /** Null where it is neither the one nor the other. */
    @FunctionalInterface
    private interface Look {
        @Nullable
        Sight at(JsonNode body);
    }

    private @Nullable Sight ofAnalytics(JsonNode body) {
        List<Long> minutes = body.path("days")
                .valueStream()
                .map(day -> day.path("studyMinutes").longValue())
                .filter(some -> some > 0)
                .distinct()
                .toList();
        return minutes.size() == 1
                ? sight(
                        minutes.getFirst() - Scholar.MINUTES,
                        body.path("streak").intValue())
                : null;
    }

    private @Nullable Sight ofBoard(JsonNode body) {
        JsonNode entry = body.path("entries").path(0);
        return scholar.id().equals(entry.path("userId").asString(""))
                ? sight(
                        entry.path("points").longValue() - (long) Scholar.DAYS * Scholar.MINUTES,
                        entry.path("streak").intValue())
                : null;
    }

    private static @Nullable Sight sight(long tooMuch, int streak) {
        if (tooMuch == 0 && streak == Scholar.DAYS) {
            return Sight.TRUE;
        }
        return tooMuch == Falsified.MINUTES && streak == Scholar.DAYS + Falsified.STREAK ? Sight.FALSIFIED : null;
    }
}
