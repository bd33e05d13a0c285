package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.contract.AggregateType;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Tests actions by the keyboard alone, and which element has the focus after a refresh. */
abstract class KeyboardTests {

    /** This script shows rows in a table, moves the focus to the button of one row, and then shows other rows. */
    private static final String REFRESH = """
            (async () => {
              const section = document.createElement('section');
              const heading = document.createElement('h2');
              const table = document.createElement('table');
              heading.tabIndex = -1;
              table.createTHead().insertRow().insertCell();
              table.createTBody();
              section.append(heading, table);
              document.body.append(section);
              const show = (rows) => module.syncRows(table, [...rows], {
                key: (row) => row,
                cells: (row) => [row],
                actions: () => [{ action: 'press', text: 'Press', run: () => {} }],
              });
              show('{before}');
              table.querySelector("tr[data-id='{focused}'] button").focus();
              show('{after}');
              const shown = [...table.tBodies[0].rows].map((row) => row.dataset.id).join('');
              const focus = document.activeElement.closest('tr')?.dataset.id ?? document.activeElement.tagName;
              section.remove();
              return shown + ' ' + focus;
            })()""";

    @Test
    void aRefreshKeepsTheFocusInTheRowThatHasIt() {
        assertThat(refresh("abc", "c", "bc")).isEqualTo("bc c");
        assertThat(refresh("abc", "b", "bc")).isEqualTo("bc b");
        assertThat(refresh("abc", "b", "nabc")).isEqualTo("nabc b");
        assertThat(refresh("abc", "c", "cab")).isEqualTo("cab c");
        assertThat(refresh("abc", "a", "bca")).isEqualTo("bca a");
        assertThat(refresh("abcd", "c", "dncb")).isEqualTo("dncb c");
    }

    @Test
    void theHeadingGetsTheFocusOfARowThatVanishes() {
        assertThat(refresh("abc", "b", "ca")).isEqualTo("ca H2");
    }

    /** Returns the rows after the refresh, and the row that then has the focus, or the name of another element. */
    private static String refresh(String before, String focused, String after) {
        return page.evaluate(
                "tables.js",
                REFRESH.replace("{before}", before)
                        .replace("{focused}", focused)
                        .replace("{after}", after));
    }

    @Test
    void theKeyboardAloneRetriesAndDiscardsDeadLetteredEvents() throws Exception {
        String retried = stack.createTodo("its event is retried by keyboard");
        String discarded = stack.createTodo("its event is discarded by keyboard");
        String firstRow = "#stuck-table tr[data-id='" + stack.deadLetterEventOf(retried) + "']";
        String secondRow = "#stuck-table tr[data-id='" + stack.deadLetterEventOf(discarded) + "']";
        Keyboard keyboard = page.keyboard();
        keyboard.tabTo("#stuck button[data-action='refresh']");
        keyboard.press(Keys.ENTER);
        page.awaitPresent(css(firstRow));
        page.awaitPresent(css(secondRow));

        keyboard.tabTo(firstRow + " button[data-action='retry']");
        keyboard.press(Keys.ENTER);
        page.awaitAbsent(css(firstRow));
        page.until("the heading has the focus", () -> keyboard.isFocused("#stuck-title"));
        stack.awaitPublished(retried);

        page.confirmByKeyboard(secondRow + " button[data-action='discard']");
        page.awaitAbsent(css(secondRow));
        assertThat(stack.get("/api/admin/events/" + discarded).path("events")).isEmpty();
    }

    @Test
    void theKeyboardAloneReplaysADeadLetter() throws Exception {
        String letter = stack.deadLetter(AggregateType.TODO, "{\"is\":\"no event\"}");
        Keyboard keyboard = page.keyboard();
        keyboard.tabTo("#dead-letters button[data-action='refresh']");
        keyboard.press(Keys.ENTER);
        page.awaitPresent(css("#letter-groups button[data-action='show']"));

        keyboard.tabTo("#letter-groups button[data-action='show']");
        keyboard.press(Keys.ENTER);
        page.until("the heading has the focus", () -> keyboard.isFocused("#letters-title"));
        keyboard.tabTo("#letter-table tr[data-id='" + letter + "'] button[data-action='replay']");
        keyboard.press(Keys.ENTER);

        page.awaitNotice("The service replayed dead letter " + letter + ".");
        await().atMost(OperatedStack.LIMIT)
                .until(() -> stack.letterState(letter).equals("replayed"));
    }
}
