package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.browser;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** Tests that an operator can leave the console and return to it. */
abstract class ReturnTests {

    /**
     * A browser opens at most six connections to one service, and keeps several pages that were left recently. If these
     * pages kept their connections, a later visit would receive no status.
     */
    private static final int VISITS = 8;

    private static final By CONNECTION = By.id("connection");

    @Test
    void thePageReceivesAStatusAfterEachOfManyVisits() {
        for (int visit = 0; visit < VISITS; visit++) {
            browser.leavePage();
            page.open("live");
        }
    }

    @Test
    void aPageThatIsShownAgainReceivesNewStatuses() {
        String before = page.text(CONNECTION);
        browser.leavePage();

        browser.returnToPage();

        page.untilAsserted(() -> assertThat(page.text(CONNECTION))
                .startsWith("The data is current.")
                .isNotEqualTo(before));
    }
}
