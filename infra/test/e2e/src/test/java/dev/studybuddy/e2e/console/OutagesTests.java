package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.leaveFailedPage;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** Tests what the console shows while a program is unavailable. */
abstract class OutagesTests {

    private static final List<String> WITHOUT_DATA = List.of("users", "snapshots");

    @Test
    void dataIsMarkedAsStaleWhileTheApiIsFrozen() throws Exception {
        By pauses = css("nav a[href='#pausing']");
        stack.post("/api/admin/publishing/pause", Map.of("type", "session", "reason", "The page shows a pause."));
        page.awaitText(pauses, "Pauses (1)");
        page.type("timeline-id", stack.demoUser());
        page.click(css("#timeline-form button"));
        List<String> withData = ConsolePage.SECTIONS.stream()
                .filter(section -> !WITHOUT_DATA.contains(section))
                .toList();
        int loaded = withData.size() - page.count(css("section.live"));
        page.untilAsserted(() -> assertThat(page.count(css("section[data-loaded-at]:not([aria-busy])")))
                .isEqualTo(loaded));
        stack.apiService().freeze();
        try {
            page.awaitConnection("stale");
            page.awaitText(By.id("connection"), "The data is stale.");
            page.untilAsserted(() -> assertThat(staleSections()).isEqualTo(withData));
            page.awaitText(pauses, "Pauses (1, stale)");
            assertThat(page.run("return document.title")).isEqualTo("Stale: StudyBuddy console");
        } finally {
            stack.apiService().unfreeze();
        }

        page.awaitConnection("live");
        page.awaitAbsent(css("[data-stale='true'], .stale-note"));
        page.untilAsserted(() -> assertThat(page.text(pauses)).isEqualTo("Pauses (1)"));
        leaveFailedPage();
    }

    /**
     * The script marks a section as stale itself. It does not wait for another event, so no status of the service can
     * remove the mark while the script runs.
     */
    @Test
    void valuesThatAreFirstLoadedWithoutAConnectionAreMarkedAsStale() {
        String marks = page.evaluate("messages.js", """
                (async () => {
                  const users = document.getElementById('users');
                  const isMarked = () => users.dataset.stale === 'true' && users.querySelector('.stale-note') !== null;
                  await module.loadInto(users, async () => {});
                  const marks = [isMarked()];
                  document.getElementById('lag').dataset.stale = 'true';
                  await module.loadInto(users, async () => {});
                  return [...marks, isMarked()].join();
                })()""");

        assertThat(marks).isEqualTo("false,true");
    }

    /** Returns the sections that state that their values are stale. */
    private static List<String> staleSections() {
        return ConsolePage.SECTIONS.stream()
                .filter(section -> page.count(css("#" + section + "[data-stale='true'] .stale-note")) > 0)
                .toList();
    }

    /** The restart of the API takes many seconds, so the test is a long one. */
    @Test
    @Tag("long")
    void theConnectionIsStaleWhileTheApiIsDownAndLiveAfterItsRestart() {
        stack.apiService().kill();
        page.awaitConnection("stale");

        stack.apiService().start().awaitReady();

        page.awaitConnection("live");
        leaveFailedPage();
    }

    /** The restart of the publisher takes many seconds, so the test is a long one. */
    @Test
    @Tag("long")
    void shardsWithoutAnOwnerAreNamedWhileNoPublisherRuns() {
        stack.publisher().stop();
        try {
            page.awaitText(By.id("shard-summary"), "0 of 64 shards have an owner.", "0–63");
            page.awaitText(css("#pipeline li[data-stage='publishers'] .stage-state"), "No publisher is live");
            page.awaitPresent(css("#pipeline li[data-stage='outbox'][data-flow='stopped']"));
        } finally {
            stack.publisher().start().awaitReady();
        }

        page.awaitText(By.id("shard-summary"), "64 of 64 shards have an owner.");
        page.awaitPresent(css("#pipeline li[data-stage='outbox'][data-flow='flowing']"));
    }
}
