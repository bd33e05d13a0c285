package dev.studybuddy.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This test queues jobs of one kind and of several kinds, and claims them. */
class JobQueueIT extends JobRunnerFixture {

    @Test
    void oneJobOfAKindRunsAtATime() {
        submit("single");
        submit("single");

        assertThat(claims.claim("single", "one", Duration.ofSeconds(30), ATTEMPTS))
                .isPresent();
        assertThat(claims.claim("single", "two", Duration.ofSeconds(30), ATTEMPTS))
                .isEmpty();
    }

    @Test
    void manyShortJobsNeedNoRoundOfClaimsEach() {
        List<UUID> ids = Stream.generate(() -> submit("short")).limit(50).toList();
        JobRunner runner = runner(
                List.of(handler("short", true, job -> {})),
                new JobsProperties(
                        Duration.ofSeconds(30),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10),
                        Duration.ofMillis(100),
                        ATTEMPTS));
        runner.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> ids.stream()
                            .allMatch(id -> table.find(id).orElseThrow().state() == JobState.DONE));
        } finally {
            runner.stop();
        }
    }

    @Test
    void aThreadOfTheRunnerThatEndsByAnErrorIsReported() {
        JobHandler broken = new JobHandler() {
            @Override
            public String kind() {
                throw new AssertionError("a class is missing");
            }

            @Override
            public void run(JobContext job) {}
        };
        JobRunner runner = runner(List.of(broken), FAST, new JobFailures(List.of(), METERS));
        runner.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(runner.loops())
                            .filteredOn(Loop::hasEndedUnexpectedly)
                            .extracting(Loop::name)
                            .containsExactly("job-claims"));
        } finally {
            runner.stop();
        }
    }

    @Test
    void aJobWithTheSameIdIsQueuedOnce() {
        UUID id = UUID.randomUUID();

        assertThat(table.insertIfAbsent(id, "once", "", Map.of(), Map.of())).isTrue();
        assertThat(table.insertIfAbsent(id, "once", "", Map.of(), Map.of())).isFalse();
    }

    @Test
    void aJobThatCannotBeReadStopsNoOtherKind() {
        UUID unreadable = submit("unreadable");
        JdbcClient.create(sql.dataSource())
                .sql("UPDATE jobs SET settings = '[]' WHERE id = ?")
                .param(unreadable)
                .update();
        UUID healthy = submit("healthy");
        JobRunner runner = runner(List.of(handler("unreadable", true, job -> {}), handler("healthy", true, job -> {})));
        runner.start();
        try {
            awaitState(healthy, JobState.DONE);
        } finally {
            runner.stop();
        }
    }
}
