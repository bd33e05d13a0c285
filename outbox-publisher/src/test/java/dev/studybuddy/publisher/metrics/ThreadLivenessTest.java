package dev.studybuddy.publisher.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ThreadLivenessTest {

    @Test
    void aProcessWhoseThreadsRunIsLive() {
        assertThat(new ThreadLiveness(List::of).health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void theProcessIsDownAfterAThreadEndedAndTheThreadIsNamed() {
        Health health = new ThreadLiveness(() -> List.of("outbox-publish")).health();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("endedThreads", List.of("outbox-publish"));
    }
}
