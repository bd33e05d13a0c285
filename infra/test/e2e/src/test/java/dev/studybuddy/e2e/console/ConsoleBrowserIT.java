package dev.studybuddy.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.By;

/** Operates a running system in the console. All tests share the system and the browser, and none needs another. */
@Execution(ExecutionMode.SAME_THREAD)
class ConsoleBrowserIT {

    static Chromium browser;
    static OperatedStack stack;
    static ConsolePage page;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start();
        stack = OperatedStack.start();
        stack.createSession(25);
        page = new ConsolePage(browser, stack.root());
    }

    @AfterAll
    static void end() {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            if (stack != null) {
                stack.close();
            }
        }
    }

    /** Each test starts from the same state, also after a test that failed. */
    @BeforeEach
    void open() throws Exception {
        new StackReset(stack).run();
        // The page of the previous test may still send requests that its role does not permit.
        browser.leavePage();
        browser.takeErrors();
        browser.show(Appearance.WIDE_LIGHT);
        page.open("live");
    }

    /**
     * The log of the browser must contain no error after a test. A test that causes errors removes them from the log
     * before its end. On a busy machine, the service may answer a read with 503, which the page shows.
     */
    @AfterEach
    void nothingFailedInTheBrowser() {
        assertThat(browser.takeErrors())
                .as("errors in the log of the browser")
                .allMatch(error -> error.contains("responded with a status of 503"));
    }

    @Nested
    class Contents extends ContentsTests {}

    @Nested
    class Control extends ControlTests {}

    @Nested
    class DeadLetters extends DeadLettersTests {}

    @Nested
    class Aggregates extends AggregatesTests {}

    @Nested
    class Lists extends ListsTests {}

    @Nested
    class Access extends AccessTests {}

    @Nested
    class Appearances extends AppearanceTests {}

    @Nested
    class Returns extends ReturnTests {}

    @Nested
    class Outages extends OutagesTests {}

    @Nested
    class Modules extends ModulesTests {}

    @Nested
    class SlowCalls extends SlowCallsTests {}

    @Nested
    class Keyboards extends KeyboardTests {}

    /** Opens the confirmation and cancels it, which changes nothing. Then it confirms the action. */
    static void confirm(By button, @Nullable String reason) throws Exception {
        String before = stack.newestChange();
        page.cancel(button);
        assertThat(stack.newestChange()).isEqualTo(before);
        page.confirm(button, reason);
    }

    /**
     * Leaves a page whose requests fail, so that it sends no further request, and removes the failed loads from the
     * log.
     */
    static void leaveFailedPage() {
        browser.leavePage();
        takeFailedLoads();
    }

    /** Removes the failed loads from the log. Any other error in the log fails the test. */
    static void takeFailedLoads() {
        assertThat(browser.takeErrors())
                .allMatch(error -> error.contains("Failed to load resource") || error.contains("net::ERR_"));
    }
}
