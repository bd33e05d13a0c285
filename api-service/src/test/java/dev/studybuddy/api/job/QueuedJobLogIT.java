package dev.studybuddy.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.testing.RunningApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import tools.jackson.databind.json.JsonMapper;

/** This test queues jobs of a kind that no instance runs, and reads the log. */
@Isolated("it reads the log of its JVM, which the start of another program resets")
class QueuedJobLogIT {

    private static final String KIND = "logged";

    private final RunningApi api = RunningApi.shared();
    private final Jobs jobs = jobsWithTheKind();
    private final RetryingTransactions transactions = api.bean(RetryingTransactions.class);
    private final Logger logger = (Logger) LoggerFactory.getLogger(Jobs.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void record() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    @Test
    void aJobIsLoggedAsQueuedAfterTheCommit() {
        List<Boolean> loggedBeforeTheCommit = new ArrayList<>();

        UUID job = transactions.run(() -> {
            UUID queued = jobs.submit(KIND, "", Map.of());
            loggedBeforeTheCommit.add(isLogged(queued));
            return queued;
        });

        assertThat(loggedBeforeTheCommit).containsOnly(false);
        assertThat(isLogged(job)).isTrue();
        assertThat(jobs.cancel(job)).isEqualTo(Jobs.Cancellation.REQUESTED);
    }

    @Test
    void aJobWhoseTransactionFailsIsNotLoggedAsQueued() {
        List<UUID> queued = new ArrayList<>();

        assertThatThrownBy(() -> transactions.run(() -> {
                    UUID job = UUID.randomUUID();
                    queued.add(job);
                    assertThat(jobs.submitOnce(job, KIND, "", Map.of())).isTrue();
                    throw new IllegalStateException("refused");
                }))
                .hasMessage("refused");

        assertThat(queued).hasSize(1).noneMatch(this::isLogged);
    }

    private Jobs jobsWithTheKind() {
        StaticListableBeanFactory handlers = new StaticListableBeanFactory();
        handlers.addBean(KIND, JobRunnerFixture.handler(KIND, true, job -> {}));
        return new Jobs(
                api.bean(JobTable.class),
                api.bean(JobList.class),
                new JsonMapper(),
                handlers.getBeanProvider(JobHandler.class));
    }

    private boolean isLogged(UUID job) {
        return List.copyOf(log.list).stream()
                .anyMatch(line -> line.getKeyValuePairs().stream().anyMatch(pair -> job.equals(pair.value)));
    }
}
