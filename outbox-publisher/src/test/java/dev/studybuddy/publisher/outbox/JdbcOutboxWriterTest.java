package dev.studybuddy.publisher.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.background.MonotonicClock;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDataSource;

class JdbcOutboxWriterTest {

    @Test
    void anErrorEndsTheThreadOfTheWriterAndReachesItsHandler() {
        Error error = new LinkageError("The test ends this write");
        AtomicReference<String> thread = new AtomicReference<>();
        AtomicReference<Error> handled = new AtomicReference<>();
        try (JdbcOutboxWriter writer = new JdbcOutboxWriter(
                new JdbcTemplate(new BrokenDataSource(error)),
                "writer",
                MonotonicClock.SYSTEM,
                new AcknowledgementSettings(AcknowledgementSettings.Action.MARK, Duration.ofMillis(200)),
                (name, thrown) -> {
                    thread.set(name);
                    handled.set(thrown);
                })) {
            assertThat(writer.hasEndedByError()).isFalse();

            writer.submit(new OutboxWriter.Batch(List.of(), List.of()), (batch, result) -> {});

            await().untilAsserted(() -> assertThat(handled).hasValue(error));
            assertThat(thread).hasValue(writer.name());
            assertThat(writer.hasEndedByError()).isTrue();
        }
    }

    private static final class BrokenDataSource extends AbstractDataSource {

        private final Error error;

        BrokenDataSource(Error error) {
            this.error = error;
        }

        @Override
        public Connection getConnection() {
            throw error;
        }

        @Override
        public Connection getConnection(String username, String password) {
            throw error;
        }
    }
}
