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
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;

/** Tests which roles and tokens can use the console, and which message the others get. */
abstract class AccessTests {

    private static final By PROBLEM = By.id("problem");
    private static final By CONNECTION = By.id("connection");

    @Test
    void theErrorNamesTheRoleThatACallerLacks() throws Exception {
        page.useToken(stack.token("user"));
        page.awaitConnection("denied");
        page.awaitText(CONNECTION, "needs the role admin or operator-read");

        page.click(By.id("token-forget"));
        page.awaitText(By.id("access-state"), "No token is set.");
        page.awaitConnection("live");
        leaveFailedPage();
    }

    @Test
    void inModeJwtThePageNamesAMissingTokenARoleAndAnExpiry() throws Exception {
        String user = stack.demoUser();
        ConsolePage secured = new ConsolePage(browser, stack.jwtRoot()).open("denied");
        secured.awaitText(CONNECTION, "The service requires a token (401)", "Enter a valid token under Access.");

        // The page opens slowly on a slow machine, and the first token must be ten minutes old after that.
        Instant now = Instant.now();
        secured.useToken(SignedTokens.sign(user, now.minusSeconds(600), List.of("admin")));
        secured.awaitText(CONNECTION, "The token expired at", "10 min ago", "(401)");
        secured.awaitText(By.id("access-state"), "Its roles are: admin.", "The token expired at");

        secured.useToken(SignedTokens.sign(user, now.plusSeconds(600), List.of("user")));
        secured.awaitText(CONNECTION, "The token lacks a role (403)", "needs the role admin or operator-read");

        secured.useToken("no token at all");
        secured.awaitText(CONNECTION, "The service did not accept the token (401)");

        secured.useToken(SignedTokens.sign(user, now.plusSeconds(600), List.of("admin")));
        secured.awaitConnection("live");
        secured.awaitText(By.id("access-state"), "Its roles are: admin.", "It is valid until");
        secured.click(button("#verify", "verify"));
        secured.awaitPresent(css("#verify-result[data-state='done']"));
        assertThat(secured.run("return location.href").toString()).endsWith("/console");
        leaveFailedPage();
    }

    @Test
    void theDataOfATokenIsRemovedWhenTheTokenIsForgotten() throws Exception {
        By data = css("main section tbody tr, main section li, main section article");
        stack.tables().recordHistory(1);
        String letter = stack.deadLetter(AggregateType.TODO, "{\"is\":\"a letter of the token\"}");
        ConsolePage secured = new ConsolePage(browser, stack.jwtRoot()).open("denied");
        secured.useToken(SignedTokens.sign(stack.demoUser(), Instant.now().plusSeconds(600), List.of("admin")));
        secured.awaitConnection("live");
        secured.awaitPresent(css("#publisher-table tbody tr"));
        secured.awaitPresent(css("#audit-list > li"));
        secured.awaitPresent(css("#leaderboard-table tbody tr"));
        secured.awaitPresent(css("#chart-lag[aria-label]"));
        secured.type("users-text", "demo");
        secured.click(css("#users-form button"));
        secured.awaitPresent(css("#user-table tbody tr"));
        secured.click(buttonOfGroup(stack.topic(AggregateType.TODO), "show"));
        secured.click(button("#letter-table tr[data-id='" + letter + "']", "inspect"));
        secured.awaitText(By.id("inspection-payload"), "a letter of the token");
        secured.closeDialog();
        secured.cancel(button("#letter-table tr[data-id='" + letter + "']", "discard"));
        secured.untilAsserted(() -> {
            assertThat(secured.hiddenText("inspection")).doesNotContain(letter, "a letter of the token");
            assertThat(secured.hiddenText("confirmation-text")).isEmpty();
            assertThat(secured.hiddenText("confirmation-title")).isEmpty();
        });

        secured.click(By.id("token-forget"));

        secured.awaitAbsent(data);
        secured.awaitConnection("denied");
        assertThat(secured.count(data)).isZero();
        assertThat(secured.count(css("#chart-lag[aria-label]"))).isZero();
        assertThat(secured.text(By.id("pipeline-summary"))).isEmpty();
        assertThat(secured.count(css(".stale-note"))).isZero();
        assertThat(secured.hiddenText("inspection-payload")).isEmpty();
        assertThat(secured.hiddenText("inspection-title")).isEmpty();
        assertThat(secured.run("return document.getElementById('users-text').value"))
                .isEqualTo("");
        assertThat(secured.hiddenText("letters-title")).isEqualTo("Dead letters of a group");
        leaveFailedPage();
    }

    @Test
    void theRoleOperatorReadReadsTheFaultsAndChangesNothing() throws Exception {
        String todo = stack.createTodo("a reader sees its event");
        String event = stack.deadLetterEventOf(todo);
        String letter = stack.deadLetter(AggregateType.TODO, "{\"is\":\"secret\"}");
        String topic = stack.topic(AggregateType.TODO);
        String stuckRow = "#stuck-table tr[data-id='" + event + "']";
        String letterRow = "#letter-table tr[data-id='" + letter + "']";
        String article = "#rebuilds article[data-model='study']";
        String before = stack.newestChange();
        page.useToken(stack.token("operator-read"));
        page.awaitPresent(css(stuckRow));
        page.click(buttonOfGroup(topic, "show"));
        page.click(button(letterRow, "inspect"));
        page.awaitText(By.id("inspection-payload"), "[masked]");
        page.closeDialog();
        page.awaitText(css("#leaderboard .load-problem"), "needs the role user or admin");
        page.type("users-text", "demo");
        page.click(css("#users-form button"));
        page.awaitText(css("#users .load-problem"), "GET /api/admin/users needs the role admin.");
        page.type("timeline-id", todo);
        page.click(css("#timeline-form button"));

        assertRejected(button("#pausing", "pause-publishing"), "A reader may not do it.", "publishing/pause");
        assertRejected(button("#pausing", "pause-projecting"), "A reader may not do it.", "projections/pause");
        assertRejected(button(article, "rebuild"), "", "projections/rebuild");
        assertRejected(button("#verify", "verify"), null, "api/admin/verify");
        assertRejected(button("#verify", "repair"), "", "api/admin/verify");
        assertRejected(button("#stuck", "trigger-sync"), null, "sync/trigger");
        assertRejected(button("#snapshots", "full-backup"), "", "backup/full");
        page.choose("snapshots-type", "todo");
        assertRejected(button("#snapshots", "emit-snapshots"), "", "api/admin/snapshots");
        assertRejected(button("#timeline", "snapshot-todo"), "", todo + "/snapshot");
        assertRejected(button(stuckRow, "retry"), null, event + "/retry");
        assertRejected(button(stuckRow, "discard"), "", "DELETE /api/admin/outbox/" + event);
        assertRejected(button(letterRow, "replay"), null, letter + "/replay");
        assertRejected(button(letterRow, "discard"), "", "DELETE /api/admin/dead-letters/" + letter);
        assertRejected(buttonOfGroup(topic, "replay-group"), "", "dead-letters/replay");
        assertRejected(buttonOfGroup(topic, "discard-group"), "", "dead-letters/discard");

        assertThat(stack.newestChange()).isEqualTo(before);
        assertThat(stack.letterState(letter)).isEqualTo("open");
        leaveFailedPage();
    }

    /** Presses a button, confirms unless the reason is null, and checks that the page names the rejected call. */
    private static void assertRejected(By button, @Nullable String reason, String call) {
        if (reason == null) {
            page.click(button);
        } else {
            page.confirm(button, reason.isEmpty() ? null : reason);
        }
        page.awaitText(PROBLEM, call, "needs the role admin.");
        page.click(css("#problem button"));
        page.awaitAbsent(css("#problem button"));
    }
}
