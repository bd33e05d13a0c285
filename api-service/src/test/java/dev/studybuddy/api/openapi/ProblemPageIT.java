package dev.studybuddy.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import org.junit.jupiter.api.Test;

class ProblemPageIT {

    private final Client client = RunningApi.shared().demo();

    @Test
    void theTypeOfAProblemHasASectionOnTheServedPage() {
        String slug = client.get("/openapi/problems/no-such-type").problem();
        assertThat(slug).isEqualTo("not-found");
        ReceivedAnswer section = client.get("/openapi/problems/" + slug);
        assertThat(section.header("Content-Type")).startsWith("text/plain");
        assertThat(section.body()).startsWith("### `not-found`\n\nStatus 404. ").doesNotContain("no-such-user");
        assertThat(client.get("/openapi/problems").body()).contains(section.body());
        assertThat(client.get("/openapi/problems/internal-error").body()).startsWith("### `internal-error`");
    }
}
