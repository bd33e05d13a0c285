package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.ApiApplication;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.UserState;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * This test verifies many users in a process of its own with a heap of 384 MB. The system property
 * {@code studybuddy.verify.users} sets the number of users of the larger verify.
 */
@Tag("long")
class VerifySizeIT {

    private static final int USERS = Integer.getInteger("studybuddy.verify.users", 20_000);
    private static final int BATCH = 1000;
    private static final Duration LIMIT = Duration.ofMinutes(60);
    private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);

    private final Sums global = new Sums();
    private TestDatabase sql;
    private ControllableServer mongo;
    private ReadModelFixture model;
    private JdbcClient jdbc;

    @BeforeEach
    void start() {
        sql = ApiDatabases.newDatabase();
        // A server of its own keeps its data on disk, so that its memory does not limit the number of users.
        mongo = TestServers.startOwnMongo();
        jdbc = JdbcClient.create(sql.dataSource());
        model = new ReadModelFixture(mongo.url(), "studybuddy", 1);
    }

    @AfterEach
    void stop() {
        model.close();
        mongo.close();
        sql.close();
    }

    @Test
    void aVerifyIsLinearInUsersAndContinuesAfterAKill() throws Exception {
        try (Api first = new Api()) {
            first.awaitSchema();
            jdbc.sql("DELETE FROM users").update();
            jdbc.sql("DELETE FROM outbox").update();
            model.activate();
            fill(0, USERS / 2);
            Duration half = first.verify();
            fill(USERS / 2, USERS);
            Duration whole = first.verify();

            System.out.println(
                    "A verify takes " + half + " for " + USERS / 2 + " users and " + whole + " for " + USERS);
            assertThat(whole.toMillis() / (double) half.toMillis())
                    .as("%s for half of the users, %s for all", half, whole)
                    .isLessThan(2.3);
        }
        UUID job = submit();
        long doneAtKill;
        try (Api killed = new Api()) {
            doneAtKill = Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> done(job), done -> done >= USERS);
            killed.kill();
        }
        long doneAfterKill = done(job);
        try (Api resumed = new Api()) {
            long resumedAt = Awaitility.await()
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(
                            () -> jdbc.sql("SELECT done FROM jobs WHERE id = ? AND lease_epoch = 2")
                                    .param(job)
                                    .query(Long.class)
                                    .optional()
                                    .orElse(-1L),
                            done -> done >= 0);
            // Each user has one session, so that the number of users is half of the number of aggregates.
            assertThat(resumedAt)
                    .as("killed at %s, recorded %s of %s", doneAtKill, doneAfterKill, 2 * USERS)
                    .isGreaterThanOrEqualTo((long) (0.45 * 2 * USERS));
            assertThat(awaitDone(job)).isPositive();
            assertThat(resumed.process.isAlive()).isTrue();
        }
    }

    private UUID submit() {
        UUID id = UUID.randomUUID();
        jdbc.sql("""
                        INSERT INTO jobs (id, kind, state, subject, settings)
                        VALUES (?, 'verify', 'queued', 'study', '{"model": "study"}')""").param(id).update();
        return id;
    }

    private long done(UUID job) {
        return jdbc.sql("SELECT done FROM jobs WHERE id = ?")
                .param(job)
                .query(Long.class)
                .single();
    }

    private Duration awaitDone(UUID job) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> jdbc.sql("SELECT count(*) FROM jobs WHERE id = ? AND finished_at IS NOT NULL")
                                .param(job)
                                .query(Long.class)
                                .single()
                        == 1);
        String result = jdbc.sql("SELECT COALESCE(error, '') || CAST(result AS TEXT) FROM jobs WHERE id = ?")
                .param(job)
                .query(String.class)
                .single();
        assertThat(result).contains("\"consistent\": true");
        return Duration.ofMillis(
                jdbc.sql("SELECT EXTRACT(EPOCH FROM finished_at - started_at) * 1000 FROM jobs WHERE id = ?")
                        .param(job)
                        .query(Long.class)
                        .single());
    }

    private void fill(int from, int to) {
        for (int start = from; start < to; start += BATCH) {
            List<UserState> users = new ArrayList<>();
            List<SessionState> sessions = new ArrayList<>();
            LongStream.range(start, Math.min(to, start + BATCH)).forEach(number -> {
                String user = id("user", number);
                users.add(ReadModelFixture.user(user, "user " + number, true));
                LocalDate on = FIRST_DAY.plusDays(number % 300);
                sessions.add(new SessionState(
                        id("session", number), user, "Math", SessionType.MANUAL, 5, AT, on, 1, AT, AT));
            });
            insert(users, sessions);
        }
        model.rollups().deleteMany(new Document("kind", new Document("$ne", RollupKey.USER)));
        global.forEach(model::add);
    }

    private void insert(List<UserState> users, List<SessionState> sessions) {
        jdbc.sql("""
                        INSERT INTO users (id, email, name, show_profile, version, created_at, updated_at)
                        SELECT CAST(u AS UUID), u, n, true, 1, :at, :at
                        FROM unnest(CAST(:ids AS TEXT[]), CAST(:names AS TEXT[])) AS one (u, n)""")
                .param("at", Timestamp.from(users.getFirst().createdAt()))
                .param("ids", users.stream().map(UserState::id).toArray(String[]::new))
                .param("names", users.stream().map(UserState::name).toArray(String[]::new))
                .update();
        jdbc.sql("""
                        INSERT INTO study_sessions (id, user_id, subject, session_type, minutes, completed_at,
                          completed_on, version, created_at, updated_at)
                        SELECT CAST(s AS UUID), CAST(u AS UUID), 'Math', 'manual', 5, :at, CAST(d AS DATE), 1, :at, :at
                        FROM unnest(CAST(:ids AS TEXT[]), CAST(:users AS TEXT[]), CAST(:days AS TEXT[])) AS one (s, u, d)""")
                .param("at", Timestamp.from(AT))
                .param("ids", sessions.stream().map(SessionState::id).toArray(String[]::new))
                .param("users", sessions.stream().map(SessionState::userId).toArray(String[]::new))
                .param(
                        "days",
                        sessions.stream()
                                .map(session -> session.completedOn().toString())
                                .toArray(String[]::new))
                .update();
        model.mirrors(AggregateType.USER)
                .insertMany(users.stream().map(ReadModelFixture::mirrorOf).toList());
        model.mirrors(AggregateType.SESSION)
                .insertMany(sessions.stream().map(ReadModelFixture::mirrorOf).toList());
        Sums sums = new Sums();
        sessions.forEach(session -> StudyContribution.add(sums, session, 1));
        List<Document> totals = new ArrayList<>();
        sums.forEach((key, amounts) -> {
            if (key.kind().equals(RollupKey.USER)) {
                totals.add(ReadModelFixture.rollupOf(key, amounts));
            } else {
                amounts.forEach((path, amount) -> global.add(key, path, amount));
            }
        });
        model.rollups().insertMany(totals);
    }

    private static String id(String kind, long number) {
        return UUID.nameUUIDFromBytes((kind + number).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Runs the API with a heap of 384 MB. */
    private final class Api implements AutoCloseable {

        private final Process process;

        Api() throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx384m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ApiApplication.class.getName(),
                            "--server.port=0",
                            "--server.address=127.0.0.1",
                            "--management.server.port=0",
                            "--studybuddy.access.mode=open",
                            "--studybuddy.verify.nightly=false",
                            "--studybuddy.verify.after-changes=false",
                            "--spring.datasource.url=" + sql.url(),
                            "--spring.datasource.username=" + sql.username(),
                            "--spring.datasource.password=" + sql.password(),
                            "--spring.mongodb.uri=" + mongo.url(),
                            "--spring.kafka.bootstrap-servers=127.0.0.1:1")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }

        void awaitSchema() {
            Awaitility.await()
                    .atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> jdbc.sql("SELECT count(*) FROM users")
                                    .query(Long.class)
                                    .single()
                            == 1);
        }

        Duration verify() {
            return awaitDone(submit());
        }

        void kill() {
            assertThat(process.destroyForcibly()
                            .onExit()
                            .orTimeout(1, TimeUnit.MINUTES)
                            .join())
                    .isNotNull();
        }

        @Override
        public void close() {
            kill();
        }
    }
}
