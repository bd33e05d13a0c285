package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.browser;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.takeFailedLoads;
import static dev.studybuddy.e2e.console.ConsolePage.button;
import static dev.studybuddy.e2e.console.ConsolePage.buttonOfGroup;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.local.program.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** Tests who can use the console: with which roles, devices and abilities, and while the API is unavailable. */
abstract class AccessTests {

    private static final By PROBLEM = By.id("problem");

    @AfterEach
    void forgetTheToken() {
        browser.driver().executeScript("sessionStorage.clear()");
    }

    @Test
    void aRefusedCallerSeesWhichRoleIsMissing() throws Exception {
        useToken(stack.token("user"));
        page.awaitConnection("denied");
        page.awaitText(By.id("connection"), "needs the role admin or operator-read");

        useToken(stack.token("operator-read"));
        page.awaitConnection("live");
        page.choose("pause-type", "session");
        page.confirm(button("#pausing", "pause-publishing"), "This caller may not do it.");
        page.awaitText(PROBLEM, "needs the role admin");
        page.click(css("#problem button"));
        assertThat(stack.get("/api/admin/publishing").path("paused")).isEmpty();

        page.click(By.id("token-forget"));
        page.awaitText(By.id("access-state"), "No token is set.");
        assertThat(page.run("return location.href").toString()).doesNotContain("token");
        takeFailedLoads();
    }

    private static void useToken(String token) {
        if (page.count(css("#access[open]")) == 0) {
            page.click(css("#access summary"));
        }
        page.type("token", token);
        page.click(By.id("token-use"));
    }

    @Test
    void dataIsMarkedAsStaleWhileTheApiIsFrozen() {
        stack.apiService().pause();
        try {
            page.awaitConnection("stale");
            page.awaitText(By.id("connection"), "Stale");
            page.untilAsserted(() -> assertThat(page.count(css(".live[data-stale='true'] .stale-note")))
                    .isEqualTo(page.count(css(".live"))));
        } finally {
            stack.apiService().resume();
        }

        page.awaitConnection("live");
        page.awaitAbsent(css("[data-stale='true']"));
        takeFailedLoads();
    }

    /** The restart of the API takes a while. */
    @Test
    @Tag("long")
    void dataIsMarkedAsStaleWhileTheApiIsGone() {
        stack.apiService().kill();
        page.awaitConnection("stale");

        stack.apiService().start().awaitReady();

        page.awaitConnection("live");
        takeFailedLoads();
    }

    @Test
    void everyoneCanReadThePageInEachLook() throws Exception {
        Accessibility accessibility = new Accessibility(browser.driver());
        String todo = stack.createTodo("stuck");
        String event = stack.deadLetterEventOf(todo, "Kafka refused it.");
        String letter = stack.deadLetter(AggregateType.TODO, "{\"is\":\"no event\"}");
        stack.post("/api/admin/publishing/pause", Map.of("type", "session", "reason", "The page shows a pause."));
        page.click(css("#trend-values summary"));
        page.type("journey-id", todo);
        page.click(css("#journey-form button"));
        page.awaitText(css("#journey-result"), "todo.created");
        page.awaitPresent(css("#pauses li"));
        page.refresh("stuck");
        page.refresh("dead-letters");
        page.refresh("jobs");
        page.refresh("timeline");
        page.click(buttonOfGroup(stack.topic(AggregateType.TODO), "show"));
        By discard = button("#stuck-table tr[data-id='" + event + "']", "discard");
        By inspect = button("#letter-table tr[data-id='" + letter + "']", "inspect");
        page.awaitPresent(discard);
        page.awaitPresent(inspect);
        Path pictures = Repository.find().root().resolve("infra/test/e2e/target/screenshots");
        List<String> faults = new ArrayList<>();
        for (Look look : Look.values()) {
            browser.show(look);
            faults.addAll(faults(accessibility, look + ", the page"));
            for (String section : ConsolePage.SECTIONS) {
                browser.photograph(page.area(section), pictures.resolve(look.fileName(section)));
            }
            page.click(discard);
            page.awaitPresent(css("dialog#confirmation[open]"));
            faults.addAll(faults(accessibility, look + ", the confirmation"));
            browser.photograph(pictures.resolve(look.fileName("confirmation")));
            page.press(Keys.ESCAPE);
            page.awaitAbsent(css("dialog[open]"));
            page.click(inspect);
            page.awaitText(By.id("inspection-payload"), "no event");
            faults.addAll(faults(accessibility, look + ", the inspection"));
            browser.photograph(pictures.resolve(look.fileName("inspection")));
            page.press(Keys.ESCAPE);
            page.awaitAbsent(css("dialog[open]"));
        }
        browser.show(Look.WIDE_LIGHT);
        stack.post("/api/admin/publishing/resume", Map.of("type", "session"));
        page.confirm(discard, null);
        page.confirm(button("#letter-table tr[data-id='" + letter + "']", "discard"), null);

        assertThat(faults).as(String.join("\n", faults)).isEmpty();
    }

    private static List<String> faults(Accessibility accessibility, String place) {
        List<String> faults = new ArrayList<>();
        accessibility.violations().forEach(violation -> faults.add(place + ": " + violation));
        page.elementsThatScrollThePageSideways()
                .forEach(element -> faults.add(place + " scrolls sideways because of " + element));
        return faults;
    }

    @Test
    void theAccessibilityCheckFindsTextWithoutContrast() throws Exception {
        page.run("""
                const title = document.querySelector('h1').style;
                title.setProperty('color', '#eee', 'important');
                title.setProperty('background', '#fff', 'important');
                return true;
                """);

        assertThat(new Accessibility(browser.driver()).violations())
                .anySatisfy(violation -> assertThat(violation).contains("color-contrast"));
    }
}
