package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.confirm;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.button;
import static dev.studybuddy.e2e.console.ConsolePage.css;

import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Tests how an operator finds an aggregate and restores its mirror. */
abstract class AggregatesTests {

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

        page.awaitNotice("The service emits a snapshot of the todo " + todo + " at version 1.");
        stack.awaitShown(todo);
    }
}
