package dev.studybuddy.api.operations.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** This test lists jobs of kinds that no handler runs, so that no instance claims them. */
class JobsIT {

    private final RunningApi api = RunningApi.shared();
    private final String kind = "test-" + UUID.randomUUID();

    @Test
    void jobsAreListedNewestFirstAndFilteredByKindStateAndSubject() {
        UUID done = insert("done", "one", 3);
        UUID failed = insert("failed", "two", 2);
        UUID queued = insert("queued", "one", 1);

        assertThat(ids("kind=" + kind)).containsExactly(queued, failed, done);
        assertThat(ids("kind=" + kind + "&state=failed")).containsExactly(failed);
        assertThat(ids("kind=" + kind + "&subject=one")).containsExactly(queued, done);
        assertThat(ids("kind=" + kind + "&subject=one&state=done")).containsExactly(done);
        assertThat(ids("limit=200")).contains(done, failed, queued);
        assertThat(api.get("/api/admin/jobs?state=lost").problem()).isEqualTo("invalid-request");
    }

    @Test
    void thePagesOfTheListOfJobsJoinWithoutAGapOrARepeat() {
        List<UUID> inserted = List.of(insert("done", "", 1), insert("failed", "", 2), insert("done", "", 3));

        ReceivedAnswer first = api.get("/api/admin/jobs?limit=2&kind=" + kind);
        ReceivedAnswer second =
                api.get("/api/admin/jobs?limit=2&kind=" + kind + "&cursor=" + first.text("/nextCursor"));

        assertThat(ids(first)).containsExactly(inserted.get(0), inserted.get(1));
        assertThat(ids(second)).containsExactly(inserted.get(2));
        assertThat(second.json().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void aQueuedJobNamesTheRunningJobThatItWaitsFor() {
        UUID running = insert("running", "", 2);
        UUID queued = insert("queued", "", 1);

        assertThat(api.get("/api/admin/jobs/" + queued).text("/waitsFor")).contains("Job " + running);
        assertThat(api.get("/api/admin/jobs/" + running).json().path("waitsFor").isNull())
                .isTrue();
    }

    @Test
    void aQueuedJobReportsThatEarlierJobsOfItsKindAreQueued() {
        insert("queued", "", 2);
        UUID second = insert("queued", "", 1);

        assertThat(api.get("/api/admin/jobs/" + second).text("/waitsFor"))
                .contains("At least 1 earlier job of this kind is queued");
    }

    @Test
    void aJobThatWaitsForItsRetryReportsTheTimeOfTheNextAttempt() {
        UUID waiting = insert("queued", "", 2);
        UUID behind = insert("queued", "", 1);
        api.sql()
                .sql("UPDATE jobs SET lease_expires_at = '2200-01-01 10:00:00+00', error = 'an outage' WHERE id = ?")
                .param(waiting)
                .update();

        assertThat(api.get("/api/admin/jobs/" + waiting).text("/waitsFor")).contains("2200-01-01T10:00:00");
        assertThat(api.get("/api/admin/jobs/" + behind).text("/waitsFor"))
                .as("a waiting job does not block the jobs behind it")
                .contains("within about a second");
    }

    @Test
    void aJobIsNotCancelledThroughThePathOfAnotherKind() {
        UUID queued = insert("queued", "", 1);

        assertThat(api.send("DELETE", "/api/backup/full/" + queued, null).status())
                .isEqualTo(404);
        assertThat(api.send("DELETE", "/api/admin/verify/" + queued, null).status())
                .isEqualTo(404);
        assertThat(ids("kind=" + kind + "&state=queued")).containsExactly(queued);
        assertThat(api.sql()
                        .sql("SELECT cancel_requested FROM jobs WHERE id = ?")
                        .param(queued)
                        .query(Boolean.class)
                        .single())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"/api/admin/jobs/, test", "/api/admin/verify/, verify", "/api/backup/full/, backup"})
    void aRepeatedCancellationWithItsKeyGetsTheSameAnswer(String path, String kindOfPath) {
        String job = path + insert(kindOfPath, "done", "", 1);
        String[] key = {"Idempotency-Key", UUID.randomUUID().toString()};
        assertThat(api.send("DELETE", job, null, key).status()).isEqualTo(204);
        api.sql()
                .sql("DELETE FROM jobs WHERE id = CAST(? AS uuid)")
                .param(job.substring(path.length()))
                .update();

        assertThat(api.send("DELETE", job, null, key).status()).isEqualTo(204);
        assertThat(api.send("DELETE", job, null).status()).isEqualTo(404);
    }

    /** The API runs jobs of the kind {@code user-deletion/1}, but none with another name after the slash. */
    @Test
    void aJobReportsWhetherItCanBeCancelled() {
        UUID cancellable = insert("running", "", 2);
        UUID ended = insert("done", "", 1);
        UUID deletion = insert("user-deletion/" + kind, "queued", "", 1);

        assertThat(isCancellable(cancellable)).isTrue();
        assertThat(isCancellable(ended)).isFalse();
        assertThat(isCancellable(deletion)).isFalse();
        assertThat(api.send("DELETE", "/api/admin/jobs/" + deletion, null).problem())
                .isEqualTo("job-not-cancellable");
    }

    private boolean isCancellable(UUID job) {
        return api.get("/api/admin/jobs/" + job).json().path("cancellable").booleanValue();
    }

    private UUID insert(String state, String subject, int minutesAgo) {
        return insert(kind, state, subject, minutesAgo);
    }

    private UUID insert(String jobKind, String state, String subject, int minutesAgo) {
        UUID id = UUID.randomUUID();
        api.sql().sql("""
                        INSERT INTO jobs (id, kind, state, subject, created_at, started_at)
                        VALUES (?, ?, ?, ?, now() - ? * INTERVAL '1 minute', now())""").params(id, jobKind, state, subject, minutesAgo).update();
        return id;
    }

    private List<UUID> ids(String query) {
        return ids(api.get("/api/admin/jobs?" + query));
    }

    private static List<UUID> ids(ReceivedAnswer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("items").spliterator(), false)
                .map(job -> UUID.fromString(job.path("jobId").asString()))
                .toList();
    }
}
