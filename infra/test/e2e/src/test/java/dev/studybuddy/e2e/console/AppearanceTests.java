package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.browser;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.leaveFailedPage;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/**
 * Checks the console against the accessibility rules and for sideways scrolling, and writes a picture of each section.
 */
abstract class AppearanceTests {

    @Test
    void thePageMeetsTheAccessibilityRulesInLightAndDarkColours() throws Exception {
        assertAccessible(List.of(Appearance.WIDE_LIGHT, Appearance.PHONE_DARK));
    }

    /** Checks the other combinations of the same colours and widths. */
    @Test
    @Tag("long")
    void thePageMeetsTheAccessibilityRulesInTheOtherAppearances() throws Exception {
        assertAccessible(List.of(Appearance.WIDE_DARK, Appearance.PHONE_LIGHT));
    }

    @Test
    void messagesFindingsAndARebuildMeetTheAccessibilityRules() throws Exception {
        Accessibility accessibility = new Accessibility(browser.driver());
        String article = "#rebuilds article[data-model='study']";
        page.keepNotices();
        page.check(css(article + " input.manual"));
        page.confirm(button(article, "rebuild"), null);
        page.awaitNotice("Projectors build generation");
        List<String> faults = new ArrayList<>(faultsInBothColours(accessibility, ".messages", "a notice"));
        // The check would find no fault if the notice disappeared before it.
        page.awaitNotice("Projectors build generation");
        page.awaitPresent(css(article + " .building:not([hidden])"));
        page.click(button("#snapshots", "emit-snapshots"));
        page.awaitPresent(css("#problem button"));
        faults.addAll(faultsInBothColours(accessibility, ".messages", "a problem"));
        String todo = stack.createTodo("its mirror is lost");
        stack.loseMirror(todo);
        page.click(button("#verify", "verify"));
        page.awaitText(By.id("verify-findings"), todo);
        faults.addAll(faultsInBothColours(accessibility, "main", "findings and a rebuild"));

        assertThat(faults).as(String.join("\n", faults)).isEmpty();
    }

    @Test
    void staleDataAndADeniedPageMeetTheAccessibilityRules() throws Exception {
        Accessibility accessibility = new Accessibility(browser.driver());
        List<String> faults = new ArrayList<>();
        stack.apiService().freeze();
        try {
            page.awaitConnection("stale");
            page.awaitPresent(css(".stale-note"));
            faults.addAll(faultsInBothColours(accessibility, "html", "stale data"));
        } finally {
            stack.apiService().unfreeze();
        }
        page.awaitConnection("live");
        page.useToken(stack.token("user"));
        page.awaitConnection("denied");
        page.refresh("jobs");
        page.awaitText(css("#jobs .load-problem"), "needs the role");
        faults.addAll(faultsInBothColours(accessibility, "html", "a denied page"));
        leaveFailedPage();

        assertThat(faults).as(String.join("\n", faults)).isEmpty();
    }

    private static List<String> faultsInBothColours(Accessibility accessibility, String part, String place) {
        List<String> faults = new ArrayList<>();
        for (Appearance appearance : List.of(Appearance.WIDE_LIGHT, Appearance.PHONE_DARK)) {
            browser.show(appearance);
            faults.addAll(faults(accessibility, part, appearance + ", " + place));
        }
        browser.show(Appearance.WIDE_LIGHT);
        return faults;
    }

    private static void assertAccessible(List<Appearance> appearances) throws Exception {
        Accessibility accessibility = new Accessibility(browser.driver());
        String todo = stack.createTodo("stuck");
        String event = stack.deadLetterEventOf(todo);
        String letter = stack.deadLetter(AggregateType.TODO, "{\"is\":\"no event\"}");
        stack.tables().recordHistory(3);
        stack.post("/api/admin/publishing/pause", Map.of("type", "session", "reason", "The page shows a pause."));
        page.click(css("#trend-values summary"));
        page.type("timeline-id", todo);
        page.click(css("#timeline-form button"));
        page.awaitText(css("#timeline-result"), "todo.created");
        page.type("users-text", "demo");
        page.click(css("#users-form button"));
        page.awaitPresent(css("#user-table tbody tr"));
        page.awaitPresent(css("#pauses li"));
        page.refresh("stuck");
        page.refresh("jobs");
        page.refresh("changes");
        page.refresh("dead-letters");
        page.click(buttonOfGroup(stack.topic(AggregateType.TODO), "show"));
        By discard = button("#stuck-table tr[data-id='" + event + "']", "discard");
        By inspect = button("#letter-table tr[data-id='" + letter + "']", "inspect");
        page.awaitPresent(discard);
        page.awaitPresent(inspect);
        Path pictures = Repository.find().root().resolve("infra/test/e2e/target/screenshots");
        List<String> faults = new ArrayList<>();
        for (Appearance appearance : appearances) {
            browser.show(appearance);
            faults.addAll(faults(accessibility, "html", appearance + ", the page"));
            for (String section : ConsolePage.SECTIONS) {
                browser.photograph(page.area(section), pictures.resolve(appearance.fileName(section)));
            }
            page.click(discard);
            page.awaitPresent(css("dialog#confirmation[open]"));
            faults.addAll(faults(accessibility, "dialog[open]", appearance + ", the confirmation"));
            browser.photograph(pictures.resolve(appearance.fileName("confirmation")));
            page.closeDialog();
            page.click(inspect);
            page.awaitText(By.id("inspection-payload"), "no event");
            faults.addAll(faults(accessibility, "dialog[open]", appearance + ", the inspection"));
            browser.photograph(pictures.resolve(appearance.fileName("inspection")));
            page.closeDialog();
        }

        assertThat(faults).as(String.join("\n", faults)).isEmpty();
    }

    private static List<String> faults(Accessibility accessibility, String part, String place) {
        List<String> faults = new ArrayList<>();
        accessibility.violations(part).forEach(violation -> faults.add(place + ": " + violation));
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

        assertThat(new Accessibility(browser.driver()).violations("header"))
                .anySatisfy(violation -> assertThat(violation).contains("color-contrast"));
    }
}
