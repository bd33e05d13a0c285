package dev.studybuddy.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * Operates the console in a browser as an operator does. The page updates its live parts with each status. Therefore
 * each method finds its elements again until it succeeds or the limit has passed.
 */
final class ConsolePage {

    /** These are the sections in their order on the page. */
    static final List<String> SECTIONS = List.of(
            "pipeline",
            "trends",
            "lag",
            "publishers",
            "stuck",
            "dead-letters",
            "pausing",
            "rebuilds",
            "verify",
            "users",
            "snapshots",
            "jobs",
            "changes",
            "timeline",
            "leaderboard",
            "analytics");

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    private static final By CONFIRMATION = By.cssSelector("dialog#confirmation[open]");
    private static final By REASON = By.id("confirmation-reason");
    private static final By NOTICE = By.id("notice");

    /** Returns the part of the page that a section covers, in pixels from the top left corner of the page. */
    private static final String AREA = """
            const box = document.getElementById(arguments[0]).getBoundingClientRect();
            return [Math.max(0, box.x + scrollX - 8), Math.max(0, box.y + scrollY - 8), box.width + 16, box.height + 16];
            """;

    /** Removes the token of an earlier test, and returns whether there was one. */
    private static final String REMOVE_TOKEN = """
            const isSet = sessionStorage.length > 0;
            sessionStorage.clear();
            return isSet;
            """;

    private static final String WIDER_THAN_THE_WINDOW = """
            const root = document.documentElement;
            return root.scrollWidth <= root.clientWidth ? [] : [...document.querySelectorAll('body *')]
              .filter(element => !element.closest('.scroll') || element.matches('.scroll'))
              .filter(element => element.getBoundingClientRect().right > root.clientWidth + 0.5)
              .map(element => element.tagName + '#' + element.id + '.' + element.className);
            """;

    private static final String KEEP_NOTICES = """
            const original = window.setTimeout;
            window.setTimeout = (work, ms, ...rest) => ms === 20_000 ? 0 : original(work, ms, ...rest);
            """;

    private final Chromium browser;
    private final ChromeDriver driver;
    private final URI address;
    private final Keyboard keyboard;

    ConsolePage(Chromium browser, URI root) {
        this.browser = browser;
        this.driver = browser.driver();
        this.address = root.resolve("/console");
        this.keyboard = new Keyboard(driver);
    }

    /** Opens the page without a token, and waits until its connection has this state. */
    ConsolePage open(String state) {
        browser.open(address);
        if (Boolean.TRUE.equals(driver.executeScript(REMOVE_TOKEN))) {
            browser.open(address);
        }
        awaitConnection(state);
        return this;
    }

    /**
     * Keeps the notices that the page shows after this call. The page removes a notice after 20 s, but on a busy
     * machine a check of the notice can take longer. The script ignores every new timer of 20 s, so the requests that
     * the page begins after this call have no time limit either.
     */
    void keepNotices() {
        driver.executeScript(KEEP_NOTICES);
    }

    Keyboard keyboard() {
        return keyboard;
    }

    /** Enters a token, as an operator does. */
    void useToken(String token) {
        if (count(css("#access[open]")) == 0) {
            click(css("#access summary"));
        }
        type("token", token);
        click(By.id("token-use"));
    }

    void awaitConnection(String state) {
        until(
                "the connection is " + state,
                () -> state.equals(driver.findElement(By.tagName("body")).getDomAttribute("data-connection")));
    }

    static By css(String selector) {
        return By.cssSelector(selector);
    }

    /** Returns the button with this action in the part of the page that the selector names. */
    static By button(String part, String action) {
        return css(part + " button[data-action='" + action + "']");
    }

    /** Returns the button of the group of dead letters that the projector recorded for a topic. */
    static By buttonOfGroup(String topic, String action) {
        return By.xpath("//*[@id='letter-groups']//tr[contains(., '" + topic + "') and contains(., 'projector')]"
                + "//button[@data-action='" + action + "']");
    }

    String text(By element) {
        return driver.findElement(element).getText();
    }

    /** Returns the text of an element that need not be visible. */
    String hiddenText(String id) {
        return String.valueOf(driver.findElement(By.id(id)).getDomProperty("textContent"));
    }

    /** Returns a number of the pipeline. */
    String value(String stage, String name) {
        return text(css("#pipeline li[data-stage='" + stage + "'] [data-value='" + name + "']"));
    }

    String health(String stage) {
        return String.valueOf(driver.findElement(css("#pipeline li[data-stage='" + stage + "']"))
                .getDomAttribute("data-health"));
    }

    int count(By elements) {
        return driver.findElements(elements).size();
    }

    void awaitText(By element, String... parts) {
        untilAsserted(() -> assertThat(text(element)).contains(parts));
    }

    void awaitNotice(String... parts) {
        awaitText(NOTICE, parts);
    }

    void awaitAbsent(By element) {
        until(element + " is absent", () -> count(element) == 0);
    }

    void awaitPresent(By element) {
        until(element + " is present", () -> count(element) > 0);
    }

    /** Scrolls an element to the middle of the window and presses it. */
    void click(By element) {
        untilAsserted(() -> {
            WebElement found = driver.findElement(element);
            driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", found);
            found.click();
        });
    }

    void choose(String select, String value) {
        click(css("#" + select + " option[value='" + value + "']"));
    }

    /** Checks a box, unless it is checked. */
    void check(By box) {
        untilAsserted(() -> {
            if (!driver.findElement(box).isSelected()) {
                driver.findElement(box).click();
            }
            assertThat(driver.findElement(box).isSelected()).isTrue();
        });
    }

    void type(String input, String text) {
        untilAsserted(() -> {
            WebElement field = driver.findElement(By.id(input));
            field.clear();
            field.sendKeys(text);
        });
    }

    /** Presses the button that makes a section call the API again. */
    void refresh(String section) {
        click(button("#" + section, "refresh"));
    }

    /** Presses a button whose action needs a confirmation, and cancels it with the Escape key. */
    void cancel(By button) {
        click(button);
        awaitPresent(CONFIRMATION);
        assertThat(text(By.id("confirmation-title"))).isNotBlank();
        assertThat(text(By.id("confirmation-text"))).isNotBlank();
        assertThat(keyboard.focused()).isIn("confirmation-cancel", "confirmation-reason");
        closeDialog();
    }

    /** Closes the open dialog with the Escape key. */
    void closeDialog() {
        keyboard.press(Keys.ESCAPE);
        awaitAbsent(css("dialog[open]"));
    }

    /** Presses a button whose action needs a confirmation, and confirms it. */
    void confirm(By button, @Nullable String reason) {
        click(button);
        awaitPresent(CONFIRMATION);
        if (reason != null) {
            driver.findElement(REASON).sendKeys(reason);
        }
        click(By.id("confirmation-do"));
        awaitAbsent(CONFIRMATION);
    }

    /** Presses a button whose action needs a confirmation, and confirms it, by the keyboard alone. */
    void confirmByKeyboard(String button) {
        keyboard.tabTo(button);
        keyboard.press(Keys.ENTER);
        awaitPresent(CONFIRMATION);
        keyboard.tabTo("#confirmation-do");
        keyboard.press(Keys.ENTER);
        awaitAbsent(CONFIRMATION);
    }

    /** Returns the elements that extend beyond the right edge of the window, so that the page scrolls sideways. */
    List<String> elementsThatScrollThePageSideways() {
        List<?> elements = (List<?>) Objects.requireNonNull(driver.executeScript(WIDER_THAN_THE_WINDOW));
        return elements.stream().map(String::valueOf).toList();
    }

    /** Returns the part of the page that a section covers, as the browser's pictures need it. */
    Map<String, Object> area(String section) {
        List<?> box = (List<?>) Objects.requireNonNull(driver.executeScript(AREA, section));
        return Map.of("x", box.get(0), "y", box.get(1), "width", box.get(2), "height", box.get(3), "scale", 1);
    }

    Object run(String script) {
        return Objects.requireNonNull(driver.executeScript(script));
    }

    /**
     * Imports a module of the console, and returns the value of an expression as text. The expression refers to the
     * module as {@code module}. If the value is a promise, the method waits for it.
     */
    String evaluate(String module, String expression) {
        return String.valueOf(driver.executeAsyncScript(
                "const done = arguments[arguments.length - 1];"
                        + "import(new URL('/console/assets/' + arguments[0], location.href).href).then("
                        + "module => " + expression + ").then("
                        + "value => done(String(value)), error => done('failed: ' + error));",
                module));
    }

    void until(String alias, Callable<Boolean> condition) {
        waiting(alias).until(condition);
    }

    void untilAsserted(ThrowingRunnable assertion) {
        waiting("the page shows it").untilAsserted(assertion);
    }

    private static ConditionFactory waiting(String alias) {
        return await(alias)
                .atMost(LIMIT)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(WebDriverException.class);
    }
}
