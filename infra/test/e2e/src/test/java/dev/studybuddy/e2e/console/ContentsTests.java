package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.readmodel.Names;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** Tests what the sections of the console show. */
abstract class ContentsTests {

    @Test
    void everyStageOfThePipelineShowsLiveNumbers() throws Exception {
        for (String stage : List.of("api", "outbox", "publishers", "topics", "projector", "mongodb")) {
            page.until(stage + " is healthy", () -> page.health(stage).equals("ok"));
        }
        page.untilAsserted(() -> {
            assertThat(page.value("api", "writes")).isEqualTo("accepted");
            assertThat(page.value("outbox", "queueSize")).isEqualTo("0");
            assertThat(page.value("publishers", "publishers")).isEqualTo("1");
            assertThat(page.value("publishers", "shards")).isEqualTo("64 of 64");
            assertThat(page.value("publishers", "publishedPerSecond")).matches("[0-9].*/s");
            assertThat(page.value("topics", "topics")).isEqualTo("3");
            assertThat(page.value("topics", "records")).isEqualTo("0");
            assertThat(page.value("projector", "applied-" + Names.STUDY)).matches("[0-9].*/s");
            assertThat(page.value("projector", "appliedPerSecond")).matches("[0-9].*/s");
            assertThat(page.value("mongodb", "brokenDocuments")).isEqualTo("0");
        });
        page.awaitText(By.id("pipeline-summary"), "The pipeline is healthy. No stage has a fault.");
        page.awaitText(By.id("shard-summary"), "64 of 64 shards have an owner.");
        page.awaitText(css("#publisher-table tbody tr:only-child"), "0–63", "64 of 64", "fit since", "s ago");
        page.untilAsserted(() -> assertThat(page.count(css("#lag-table tbody tr[data-id$='/0']")))
                .isGreaterThanOrEqualTo(3));
        page.awaitPresent(css("#chart-lag canvas"));
        page.awaitPresent(css("#chart-throughput canvas"));
        page.click(css("#trends details summary"));
        page.untilAsserted(
                () -> assertThat(page.count(css("#trend-table tbody tr"))).isGreaterThanOrEqualTo(2));
    }

    @Test
    void theReportsShowTheWorkOfTheUsers() throws Exception {
        JsonNode first =
                stack.get("/api/users/leaderboard?period=all").path("entries").path(0);
        page.choose("leaderboard-period", "all");
        page.awaitText(
                By.id("leaderboard-table"),
                first.path("name").asString(""),
                first.path("points").asString(""));
        page.awaitPresent(css("#chart-leaderboard canvas"));

        page.click(css("#analytics-form button"));
        page.untilAsserted(
                () -> assertThat(page.count(css("#analytics-table tbody tr"))).isEqualTo(7));
        page.awaitText(By.id("analytics-totals"), "25");
        page.awaitPresent(css("#chart-analytics canvas"));
    }

    @Test
    void theAnalyticsOfAnotherUserAreShown() throws Exception {
        String user = stack.createUser("Idle user", "idle@example.org", "idle-user");
        stack.awaitShown(user);
        page.type("analytics-user", user);
        page.keyboard().press(Keys.ENTER);

        page.awaitText(By.id("analytics-totals"), "the user has 0 points, 0 study minutes");
    }

    @Test
    void theChangesAndATimelineShowWhatHappened() throws Exception {
        String todo = stack.createTodo("it travels");
        stack.awaitShown(todo);
        stack.post("/api/admin/aggregates/todo/" + todo + "/snapshot", null);
        page.refresh("changes");
        page.awaitText(By.id("audit-list"), "snapshot", todo);

        page.type("timeline-id", todo);
        page.click(css("#timeline-form button"));

        page.awaitText(css("#timeline-result ol"), "todo.created");
        page.awaitText(css("#timeline-result li[data-id='study/todo']"), "The mirror shows version 1");
    }
}
