package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.button;
import static dev.studybuddy.e2e.console.ConsolePage.buttonOfGroup;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.AggregateType;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** Tests the lists that have more than a page of items. */
abstract class ListsTests {

    private static final int LETTERS = 21;
    private static final int DEAD_LETTERED_EVENTS = 21;
    private static final int USERS = 11;

    @Test
    void jobsAndChangesAreShownPageByPage() throws Exception {
        stack.tables().recordHistory(11);

        assertPages("jobs", css("#job-table tbody tr"));
        assertPages("changes", css("#audit-list > li"));
    }

    private static void assertPages(String section, By items) {
        page.refresh(section);
        page.untilAsserted(() -> assertThat(page.count(items)).isEqualTo(10));
        page.click(button("#" + section, "more"));
        page.untilAsserted(() -> assertThat(page.count(items)).isGreaterThan(10));
        int shown = page.count(items);
        page.refresh(section);
        page.until("the refresh is over", () -> page.count(css("#" + section + "[aria-busy]")) == 0);
        assertThat(page.count(items)).isGreaterThanOrEqualTo(shown);
    }

    /** The keyboard alone chooses the state. */
    @Test
    void theListOfJobsShowsTheJobsOfAState() throws Exception {
        stack.tables().recordHistory(1);
        String failed = stack.tables().recordFailedJob("The disk is full.");
        By cancelledJobs = By.xpath("//*[@id='job-table']//tbody/tr[td[.='cancelled']]");
        Keyboard keyboard = page.keyboard();
        keyboard.tabTo("#jobs-state");

        keyboard.press("f");

        page.awaitText(css("#job-table tr[data-id='" + failed + "']"), "failed", "The disk is full.");
        page.awaitAbsent(cancelledJobs);
        assertThat(keyboard.isFocused("#jobs-state")).isTrue();

        page.choose("jobs-state", "cancelled");

        page.awaitPresent(cancelledJobs);
        page.awaitAbsent(css("#job-table tr[data-id='" + failed + "']"));

        page.choose("jobs-state", "queued");

        page.awaitText(css("#jobs .empty"), "No job has the state queued.");
        page.awaitAbsent(cancelledJobs);
    }

    @Test
    void onlyAJobThatCanBeCancelledHasAButtonForThis() {
        String rows = ScriptedAnswers.withAnswers("jobs.js", "/api/admin/jobs", """
                const job = (jobId, state, cancellable) =>
                  ({ jobId, kind: jobId, subject: '', state, cancellable, done: 0, total: null, createdAt: 0 });
                const loaded = module.load();
                const items = [job('verify', 'running', true), job('user-deletion', 'running', false), job('ended', 'done', false)];
                requests[0](200, { items, nextCursor: null });
                await loaded;
                const buttons = document.querySelectorAll('#job-table button[data-action=cancel]');
                const shown = document.querySelectorAll('#job-table tbody tr').length;
                return [shown, ...[...buttons].map((button) => button.closest('tr').dataset.id)].join();
                """);

        assertThat(rows).isEqualTo("3,verify");
    }

    @Test
    void usersAreShownPageByPage() throws Exception {
        for (int number = 0; number < USERS; number++) {
            stack.createUser("Listed user " + number, "listed-" + number + "@example.org", "listed-" + number);
        }
        By users = css("#user-table tbody tr");
        page.type("users-text", "listed-");
        page.click(css("#users-form button"));
        page.untilAsserted(() -> assertThat(page.count(users)).isEqualTo(10));

        page.click(button("#users", "more"));

        page.untilAsserted(() -> assertThat(page.count(users)).isEqualTo(USERS));
        page.awaitPresent(css("#users button[data-action='more'][hidden]"));
    }

    /** The service records the outcome of a change after the change. */
    @Test
    void anEntryOfTheAuditShowsItsPresentOutcome() throws Exception {
        String entry = stack.tables().recordChange("begun");
        By detail = css("#audit-list > li[data-id='" + entry + "'] .detail");
        page.refresh("changes");
        page.awaitText(detail, "outcome: begun");

        stack.tables().changeOutcome(entry, "failed");
        page.refresh("changes");

        page.awaitText(detail, "outcome: failed");
    }

    @Test
    void deadLetteredEventsAreShownPageByPage() throws Exception {
        stack.tables().insertDeadLetteredEvents(DEAD_LETTERED_EVENTS);
        By events = css("#stuck-table tbody tr");
        page.refresh("stuck");
        page.untilAsserted(() -> assertThat(page.count(events)).isEqualTo(20));

        page.click(button("#stuck", "more"));

        page.untilAsserted(() -> assertThat(page.count(events)).isEqualTo(DEAD_LETTERED_EVENTS));
        page.awaitPresent(css("#stuck button[data-action='more'][hidden]"));
    }

    @Test
    void deadLettersOfAGroupAreShownPageByPage() throws Exception {
        String[] values =
                IntStream.range(0, LETTERS).mapToObj(Integer::toString).toArray(String[]::new);
        stack.deadLetter(AggregateType.SESSION, values);
        By letters = css("#letter-table tbody tr");
        page.refresh("dead-letters");
        page.click(buttonOfGroup(stack.topic(AggregateType.SESSION), "show"));
        page.untilAsserted(() -> assertThat(page.count(letters)).isEqualTo(20));

        page.click(button("#letters", "more"));

        page.untilAsserted(() -> assertThat(page.count(letters)).isEqualTo(LETTERS));
        page.awaitPresent(css("#letters button[data-action='more'][hidden]"));
    }
}
