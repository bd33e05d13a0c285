package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.confirm;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsolePage.button;
import static dev.studybuddy.e2e.console.ConsolePage.buttonOfGroup;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.contract.AggregateType;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** Tests the actions on dead-lettered events and on dead letters. */
abstract class DeadLettersTests {

    private static final String HOSTILE = "<img src=x onerror=window.hostile=true>";

    @Test
    void aDeadLetterIsInspectedReplayedAndDiscarded() throws Exception {
        String id = stack.deadLetter(AggregateType.TODO, "{\"is\":\"no event\"}");
        String topic = stack.topic(AggregateType.TODO);
        page.refresh("dead-letters");
        page.click(buttonOfGroup(topic, "show"));
        String row = "#letter-table tr[data-id='" + id + "']";
        page.click(button(row, "inspect"));
        page.awaitPresent(css("dialog#inspection[open]"));
        page.awaitText(By.id("inspection-payload"), "no event");
        page.click(By.id("inspection-close"));
        page.awaitAbsent(css("dialog#inspection[open]"));

        page.click(button(row, "replay"));
        await().atMost(OperatedStack.LIMIT)
                .until(() -> stack.letterState(id).equals("replayed")
                        && stack.letters(topic).size() == 1);

        String second = stack.letters(topic).getFirst().path("id").asString("");
        page.refresh("dead-letters");
        page.click(buttonOfGroup(topic, "show"));
        confirm(button("#letter-table tr[data-id='" + second + "']", "discard"), null);
        await().atMost(OperatedStack.LIMIT)
                .until(() -> stack.letterState(second).equals("discarded"));
    }

    @Test
    void aGroupOfDeadLettersIsReplayedAndDiscarded() throws Exception {
        String topic = stack.topic(AggregateType.SESSION);
        String first = stack.deadLetter(AggregateType.SESSION, "1");
        String second = stack.deadLetter(AggregateType.SESSION, "2");
        page.refresh("dead-letters");

        confirm(buttonOfGroup(topic, "replay-group"), null);
        await().atMost(OperatedStack.LIMIT)
                .until(() -> stack.letterState(first).equals("replayed")
                        && stack.letterState(second).equals("replayed")
                        && stack.letters(topic).size() == 2);

        page.refresh("dead-letters");
        confirm(buttonOfGroup(topic, "discard-group"), null);
        await().atMost(OperatedStack.LIMIT).until(() -> stack.letters(topic).isEmpty());
        page.refresh("dead-letters");
        page.awaitAbsent(buttonOfGroup(topic, "discard-group"));
    }

    @Test
    void aDeadLetteredEventIsRetriedAndAnotherIsDiscarded() throws Exception {
        String retried = stack.createTodo("its event is retried");
        String discarded = stack.createTodo("its event is discarded");
        String firstEvent = stack.deadLetterEventOf(retried);
        String secondEvent = stack.deadLetterEventOf(discarded);
        page.refresh("stuck");

        page.click(button("#stuck-table tr[data-id='" + firstEvent + "']", "retry"));
        page.awaitAbsent(css("#stuck-table tr[data-id='" + firstEvent + "']"));
        stack.awaitPublished(retried);

        confirm(button("#stuck-table tr[data-id='" + secondEvent + "']", "discard"), null);
        page.awaitAbsent(css("#stuck-table tr[data-id='" + secondEvent + "']"));
        assertThat(stack.get("/api/admin/events/" + discarded).path("events")).isEmpty();
    }

    @Test
    void aStuckEventLeadsToTheTimelineOfItsAggregate() throws Exception {
        String todo = stack.createTodo("its event is stuck");
        String event = stack.delayEventOf(todo);
        page.refresh("stuck");

        page.click(button("#stuck-table tr[data-id='" + event + "']", "timeline"));

        page.awaitText(css("#timeline-result li[data-id='" + event + "']"), "todo.created", "1 refused attempt");
        assertThat(page.run("return document.getElementById('timeline-id').value"))
                .isEqualTo(todo);
        assertThat(page.keyboard().focused()).isEqualTo("timeline-title");
    }

    @Test
    void hostileTextIsShownAsText() throws Exception {
        String todo = stack.createTodo(HOSTILE);
        stack.awaitPublished(todo);
        String event = stack.tables().deadLetter(todo, HOSTILE);
        String letter = stack.deadLetter(AggregateType.USER, HOSTILE);
        page.refresh("stuck");
        page.awaitText(css("#stuck-table tr[data-id='" + event + "']"), HOSTILE);
        page.refresh("dead-letters");
        page.awaitText(By.id("letter-groups"), HOSTILE);
        page.click(buttonOfGroup(stack.topic(AggregateType.USER), "show"));
        page.click(button("#letter-table tr[data-id='" + letter + "']", "inspect"));
        page.awaitText(By.id("inspection-payload"), HOSTILE);
        page.click(By.id("inspection-close"));
        page.type("timeline-id", todo);
        page.click(css("#timeline-form button"));
        page.awaitText(css("#timeline-result"), "dead-lettered", HOSTILE);

        assertThat(page.count(css("img[src='x']"))).isZero();
        assertThat(page.run("return typeof window.hostile")).isEqualTo("undefined");
    }
}
