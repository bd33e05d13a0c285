package dev.studybuddy.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.RowErrors;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Publishes rows whose content the database cannot convert to text. A conversion of the test replaces that of the
 * database, which PostgreSQL permits.
 */
class UnreadableContentsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String BAD = "bad";

    /**
     * This conversion fails for a payload with the field {@code tooLong}, as if its text exceeded the limit of the
     * server. For a payload with the field {@code tooSlow}, it takes longer than the statement timeout.
     */
    private static final String CONVERSION = """
            CREATE FUNCTION text_of(value jsonb) RETURNS text LANGUAGE plpgsql AS $$
            BEGIN
              IF value ? 'tooLong' THEN
                RAISE 'string buffer exceeds maximum allowed length' USING ERRCODE = '54000';
              END IF;
              IF value ? 'tooSlow' THEN
                PERFORM pg_sleep(60);
              END IF;
              RETURN value #>> '{}';
            END $$""";

    @ParameterizedTest
    @CsvSource({
        "tooLong, false, exceeds maximum allowed length",
        "tooLong, true, exceeds maximum allowed length",
        "tooSlow, false, statement timeout",
        "tooSlow, true, statement timeout"
    })
    void aRowWhoseContentCannotBeConvertedIsDeadLetteredAndItsShardIsPublished(
            String fault, boolean startsAfterTheWrite, String reason) {
        assumeThat(TestServers.vendor()).isEqualTo("postgresql");
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.jdbc.execute(CONVERSION);
            fixture.jdbc.execute("CREATE CAST (jsonb AS text) WITH FUNCTION text_of(jsonb)");
            if (!startsAfterTheWrite) {
                PublisherFixture.Instance instance = fixture.start();
                fixture.write("todo", "first", 1);
                await().atMost(TIMEOUT).until(() -> fixture.pending() == 0 && instance.shards() == Shards.COUNT);
            }
            fixture.write(fixture.jdbc, "todo", BAD, 1, "{\"" + fault + "\": 1}");
            fixture.write("todo", BAD, 2);
            List<String> others = idsOfTheShardOf(BAD);
            others.forEach(id -> fixture.write("todo", id, 1));
            if (startsAfterTheWrite) {
                fixture.start();
            }

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            assertThat(fixture.jdbc.queryForList(
                            "SELECT last_error FROM outbox WHERE dead_lettered_at IS NOT NULL", String.class))
                    .singleElement()
                    .asString()
                    .startsWith(RowErrors.UNREADABLE_CONTENT)
                    .contains(reason);
            assertThat(fixture.versions(fixture.topic("todo")))
                    .containsEntry(BAD, List.of(2L))
                    .containsKeys(others.toArray(String[]::new));
        }
    }

    /** The text has 786 MB, and the server needs twice as much memory for its conversion. */
    @Test
    @Tag("long")
    void aSmallRowWithAHugeTextIsDeadLetteredAndItsShardIsPublished() {
        assumeThat(TestServers.vendor()).isEqualTo("postgresql");
        try (PublisherFixture fixture = PublisherFixture.onSharedServers()) {
            fixture.start();
            fixture.write(fixture.jdbc, "todo", BAD, 1, "[" + "1e131071,".repeat(6_000) + "1]");
            fixture.write("todo", BAD, 2);

            await().atMost(TIMEOUT).until(() -> fixture.pending() == 0);

            assertThat(fixture.jdbc.queryForList(
                            "SELECT aggregate_version FROM outbox WHERE dead_lettered_at IS NOT NULL", Long.class))
                    .containsExactly(1L);
            assertThat(fixture.versions(fixture.topic("todo"))).containsEntry(BAD, List.of(2L));
        }
    }

    /** Returns the ids of other aggregates in the shard of an aggregate. */
    private static List<String> idsOfTheShardOf(String id) {
        return IntStream.range(0, 10_000)
                .mapToObj(n -> "other" + n)
                .filter(other -> Shards.of("todo", other) == Shards.of("todo", id))
                .limit(10)
                .toList();
    }
}
