package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.load.http.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the analytics of one test user and the place of this user on the leaderboard, from the creation of this object
 * until its end, and checks each answer. While programs restart repeatedly, some answers may be late on a slow machine.
 * {@code OutagesIT} limits the time of each answer.
 */
final class OngoingReads implements AutoCloseable {

    private static final Duration READ_INTERVAL = Duration.ofMillis(50);
    private static final Duration HANG_LIMIT = Duration.ofSeconds(10);
    private static final int FAULTS_MAX = 10;

    /** While programs restart on a slow machine, up to half of the answers come from CockroachDB. */
    private static final int MONGO_PERCENT_MIN = 50;

    /**
     * An observation states which totals of the user an answer shows: the correct ones, or those that {@link
     * TamperedTotals} wrote.
     */
    enum Observation {
        CORRECT,
        TAMPERED
    }

    private final TestStack stack;
    private final TestUser user;
    private final RepeatedReads reads;
    private final Map<Observation, Long> counts = new EnumMap<>(Observation.class);
    private final List<String> faults = new ArrayList<>();
    private long fromMongo;
    private long late;
    private long rejected;
    private long all;

    OngoingReads(TestStack stack, TestUser user) {
        this(stack, user, READ_INTERVAL);
    }

    OngoingReads(TestStack stack, TestUser user, Duration interval) {
        this.stack = stack;
        this.user = user;
        this.reads = new RepeatedReads(interval, () -> {
            read("/api/reports/analytics?days=7&userId=" + user.id(), this::observeAnalytics);
            read("/api/users/leaderboard?limit=1&around=" + user.id(), this::observeLeaderboard);
        });
    }

    /** Returns the number of answers so far that show the given totals. */
    synchronized long count(Observation observation) {
        return counts.getOrDefault(observation, 0L);
    }

    /** Returns the number of reads so far that the API rejected. */
    synchronized long rejected() {
        return rejected;
    }

    /** Stops the reads and checks them. At least half of the answers must come from MongoDB. */
    void finish() throws Exception {
        finish(MONGO_PERCENT_MIN);
    }

    /**
     * Stops the reads and checks them. No answer may take longer than 10 s, mix two generations, or be an error other
     * than a 503 with {@code Retry-After}. Because a machine may stall, a quarter of the answers may take longer than
     * 3.2 s, two percent may be a 503, and CockroachDB may answer in place of MongoDB.
     *
     * @param mongoPercentMin the percentage of the reads that MongoDB must answer
     */
    void finish(int mongoPercentMin) throws Exception {
        reads.finish();
        synchronized (this) {
            assertThat(faults).as("%s", this).isEmpty();
            assertThat(all).as("%s", this).isPositive();
            assertThat(fromMongo).as("%s", this).isGreaterThanOrEqualTo(all * mongoPercentMin / 100);
            assertThat(late).as("%s", this).isLessThanOrEqualTo(all / 4);
            assertThat(rejected).as("%s", this).isLessThanOrEqualTo(all / 50);
        }
    }

    @Override
    public void close() {
        reads.close();
    }

    @Override
    public synchronized String toString() {
        return "%d reads, %d from MongoDB, %s, %d late, %d rejected, %d faults"
                .formatted(all, fromMongo, counts, late, rejected, faults.size());
    }

    private void read(String path, AnswerReader answerReader) throws InterruptedException {
        Answer answer;
        try {
            answer = stack.api().call("GET", path, null);
        } catch (IOException e) {
            addFault(path + ": " + e);
            return;
        }
        if (answer.status() == 503 && answer.header("Retry-After").isPresent()) {
            addRejected();
            return;
        }
        if (answer.status() != 200) {
            addFault(path + ": " + answer);
            return;
        }
        if (answer.took().compareTo(HANG_LIMIT) > 0) {
            addFault(path + " took " + answer.took());
        }
        Observation observation = answerReader.observe(answer.body());
        synchronized (this) {
            all++;
            late += answer.took().compareTo(Problems.ANSWER_LIMIT_WITHOUT_STALLS) > 0 ? 1 : 0;
            fromMongo += answer.header("X-Read-Source").orElse("").equals("mongodb") ? 1 : 0;
            if (observation != null) {
                counts.merge(observation, 1L, Long::sum);
            }
        }
        if (observation == null) {
            addFault(path + " mixes the totals of two generations: " + answer.body());
        }
    }

    /** Counts an answer with 503, after which a client must repeat its request. */
    private synchronized void addRejected() {
        all++;
        rejected++;
    }

    private synchronized void addFault(String fault) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(fault);
        }
    }

    /**
     * An answer reader returns the observation of an answer, or null if the totals are neither the correct nor the
     * tampered ones.
     */
    @FunctionalInterface
    private interface AnswerReader {
        @Nullable
        Observation observe(JsonNode body);
    }

    private @Nullable Observation observeAnalytics(JsonNode body) {
        List<Long> minutes = body.path("days")
                .valueStream()
                .map(day -> day.path("studyMinutes").longValue())
                .filter(sum -> sum > 0)
                .distinct()
                .toList();
        return minutes.size() == 1
                ? observation(
                        minutes.getFirst() - TestUser.MINUTES_PER_DAY,
                        body.path("streak").intValue())
                : null;
    }

    private @Nullable Observation observeLeaderboard(JsonNode body) {
        JsonNode entry = body.path("entries").path(0);
        return user.id().equals(entry.path("userId").asString(""))
                ? observation(
                        entry.path("points").longValue() - (long) TestUser.DAYS * TestUser.MINUTES_PER_DAY,
                        entry.path("streak").intValue())
                : null;
    }

    private static @Nullable Observation observation(long excess, int streak) {
        if (excess == 0 && streak == TestUser.DAYS) {
            return Observation.CORRECT;
        }
        return excess == TamperedTotals.ADDED_MINUTES && streak == TestUser.DAYS + TamperedTotals.ADDED_STREAK_DAYS
                ? Observation.TAMPERED
                : null;
    }
}
