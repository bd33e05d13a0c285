package dev.studybuddy.e2e.console;

import java.util.Objects;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** Presses keys in the browser, which act on the focused element. */
final class Keyboard {

    private static final int MAX_TABS = 500;

    private final ChromeDriver driver;

    Keyboard(ChromeDriver driver) {
        this.driver = driver;
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Presses the Tab key until an element that the selector names has the focus. */
    void tabTo(String selector) {
        for (int presses = 0; presses < MAX_TABS; presses++) {
            if (isFocused(selector)) {
                return;
            }
            press(Keys.TAB);
        }
        throw new AssertionError("the Tab key does not reach " + selector);
    }

    boolean isFocused(String selector) {
        return Boolean.TRUE.equals(
                driver.executeScript("return document.activeElement.matches(arguments[0])", selector));
    }

    /** Returns the id of the focused element, which is empty if it has none. */
    String focused() {
        return Objects.toString(driver.switchTo().activeElement().getDomAttribute("id"), "");
    }
}
