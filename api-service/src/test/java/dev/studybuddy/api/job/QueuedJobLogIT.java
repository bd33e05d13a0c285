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
import org.slf4j.LoggerFactory;

class QueuedJobLogIT {

    private final RunningApi api = RunningApi.shared();
    private final Jobs jobs = api.bean(Jobs.class);
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
            UUID queued = jobs.submit("retention", "", Map.of());
            loggedBeforeTheCommit.add(isLogged(queued));
            return queued;
        });

        assertThat(loggedBeforeTheCommit).containsOnly(false);
        assertThat(isLogged(job)).isTrue();
    }

    @Test
    void aJobWhoseTransactionFailsIsNotLoggedAsQueued() {
        List<UUID> queued = new ArrayList<>();

        assertThatThrownBy(() -> transactions.run(() -> {
                    UUID job = UUID.randomUUID();
                    queued.add(job);
                    assertThat(jobs.submitOnce(job, "retention", "", Map.of())).isTrue();
                    throw new IllegalStateException("refused");
                }))
                .hasMessage("refused");

        assertThat(queued).hasSize(1).noneMatch(this::isLogged);
    }

    private boolean isLogged(UUID job) {
        return List.copyOf(log.list).stream()
                .anyMatch(line -> line.getKeyValuePairs().stream().anyMatch(pair -> job.equals(pair.value)));
    }
}
