package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.EventJson;
import dev.studybuddy.load.http.Answer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;

/**
 * Adds sessions to one test user, from the creation of this object until its end, and reads the user's totals with the
 * consistency token of each write. An answer that includes the write must show exactly the minutes that were written.
 * Any other answer must state that it does not include the write, and must not show more minutes.
 */
final class ReadsOfOwnWrites implements AutoCloseable {

    private static final int MINUTES = 7;
    private static final String WAIT_MILLIS = "2000";
    private static final int FAULTS_MAX = 10;

    private final TestStack stack;
    private final TestUser user;
    private final RepeatedReads reads;
    private final List<String> faults = new ArrayList<>();
    private long consistent;
    private long inconsistent;
    private long rejected;

    /** The user has this number of minutes in total. Only the thread of the reads uses it. */
    private long writtenMinutes = (long) TestUser.DAYS * TestUser.MINUTES_PER_DAY;

    /**
     * Starts the writes and the reads.
     *
     * @param user a user for whom nobody else writes
     */
    ReadsOfOwnWrites(TestStack stack, TestUser user, Duration interval) {
        this.stack = stack;
        this.user = user;
        this.reads = new RepeatedReads(interval, () -> {
            String token = write();
            writtenMinutes += MINUTES;
            read("/api/reports/analytics?days=7", token, writtenMinutes, ReadsOfOwnWrites::readAnalytics);
            read("/api/users/leaderboard?limit=1&around=" + user.id(), token, writtenMinutes, this::readPlace);
        });
    }

    /** Returns the number of answers so far that include the write. */
    synchronized long consistent() {
        return consistent;
    }

    /** Returns whether an error has ended the reads, or {@link #finish} stopped them. */
    boolean hasEnded() {
        return reads.hasEnded();
    }

    /** Stops the reads, and checks that each answer was right and that most of them include the write. */
    void finish() throws Exception {
        reads.finish();
        synchronized (this) {
            assertThat(faults).as("%s", this).isEmpty();
            assertThat(rejected).as("%s", this).isZero();
            assertThat(consistent).as("%s", this).isGreaterThan(inconsistent);
        }
    }

    @Override
    public void close() {
        reads.close();
    }

    @Override
    public synchronized String toString() {
        return "%d answers include the own write, %d do not, %d rejected, %d faults"
                .formatted(consistent, inconsistent, rejected, faults.size());
    }

    /** Adds a session, and returns the consistency token of the write. */
    private String write() {
        Map<String, Object> session = Map.of(
                "minutes",
                MINUTES,
                "subject",
                "Math",
                "completedAt",
                EventJson.text(Clock.systemUTC().instant()));
        Answer written = stack.callWithRetry("POST", "/api/sessions", session, user.headers());
        assertThat(written.status()).as("%s", written).isEqualTo(201);
        return written.header("X-Consistency-Token").orElseThrow();
    }

    private void read(String path, String token, long expected, ToLongFunction<JsonNode> minutesOf)
            throws InterruptedException {
        Map<String, String> headers = new HashMap<>(user.headers());
        headers.put("X-Consistency-Token", token);
        headers.put("X-Consistency-Wait-Ms", WAIT_MILLIS);
        Answer answer;
        try {
            answer = stack.api().call("GET", path, null, headers);
        } catch (IOException e) {
            addFault(path + ": " + e);
            return;
        }
        record(answer, path, expected, minutesOf);
    }

    private synchronized void record(Answer answer, String path, long expected, ToLongFunction<JsonNode> minutesOf) {
        if (answer.status() == 503 && answer.header("Retry-After").isPresent()) {
            rejected++;
            return;
        }
        if (answer.status() != 200) {
            addFault(path + ": " + answer);
            return;
        }
        boolean isConsistent = !answer.header("X-Read-Consistent").orElseThrow().equals("false");
        long minutes = minutesOf.applyAsLong(answer.body());
        if (isConsistent ? minutes != expected : minutes > expected) {
            addFault(path + " shows " + minutes + " minutes instead of " + expected + ": " + answer);
        } else if (isConsistent) {
            consistent++;
        } else {
            inconsistent++;
        }
    }

    private synchronized void addFault(String fault) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(fault);
        }
    }

    private static long readAnalytics(JsonNode body) {
        return body.path("totals").path("studyMinutes").longValue();
    }

    /**
     * Returns the minutes of the sessions, which are the points of a user without todos. If the place belongs to
     * another user, the result is more than any number of minutes.
     */
    private long readPlace(JsonNode body) {
        JsonNode place = body.path("entries").path(0);
        boolean isOwn = user.id().equals(place.path("userId").asString(""));
        return isOwn ? place.path("points").longValue() : Long.MAX_VALUE;
    }
}
