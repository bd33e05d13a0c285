package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.confirm;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.button;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Tests how an operator finds an aggregate and restores its mirror. */
abstract class AggregatesTests {

    /** The demo user has the e-mail address {@code demo@studybuddy.dev}. The keyboard alone operates the search. */
    @Test
    void aUserIsFoundByAPartOfTheEMailAddress() throws Exception {
        String user = stack.demoUser();
        String row = "#user-table tr[data-id='" + user + "']";
        Keyboard keyboard = page.keyboard();
        keyboard.tabTo("#users-text");
        keyboard.press("DEMO@study", Keys.ENTER);
        page.awaitText(css(row), "Demo user", "demo@studybuddy.dev", user);

        for (String field : List.of("timeline-id", "snapshots-user", "analytics-user")) {
            page.click(button(row, field));
            assertThat(page.run("return document.getElementById('" + field + "').value"))
                    .isEqualTo(user);
            assertThat(keyboard.focused()).isEqualTo(field);
        }

        page.type("users-text", "nobody@example.org");
        page.click(css("#users-form button"));
        page.awaitText(css("#users .empty"), "No user has this text");
        page.awaitAbsent(css(row));
    }

    /** Neither the name nor the e-mail address of the user contains the username. */
    @Test
    void aUserIsFoundByAPartOfTheUsername() throws Exception {
        String user = stack.createUser("Found user", "found@example.org", "night.owl-7");

        page.type("users-text", "OWL-7");
        page.click(css("#users-form button"));

        page.awaitText(css("#user-table tr[data-id='" + user + "']"), "Found user", "night.owl-7", "found@example.org");
    }

    @Test
    void aSnapshotOfTheShownAggregateRestoresItsMirror() throws Exception {
        String todo = stack.createTodo("its mirror is lost");
        stack.loseMirror(todo);
        page.type("timeline-id", todo);
        page.keyboard().press(Keys.ENTER);
        page.awaitText(css("#timeline-result"), "todo.created");
        page.awaitAbsent(css("#timeline-result li[data-id='study/todo']"));
        page.awaitAbsent(button("#timeline", "snapshot-user"));

        confirm(button("#timeline", "snapshot-todo"), null);

        page.awaitNotice("The service emitted a snapshot of the todo " + todo + " at version 1.");
        stack.awaitShown(todo);
    }
}
