package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.confirm;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.stack;
import static dev.studybuddy.e2e.console.ConsoleBrowserIT.takeFailedLoads;
import static dev.studybuddy.e2e.console.ConsolePage.button;
import static dev.studybuddy.e2e.console.ConsolePage.css;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/** Tests the actions on publishing, read models, verifies and jobs. */
abstract class ControlTests {

    private static final By PROBLEM = By.id("problem");
    private static final By VERIFY_DONE = css("#verify-result[data-state='done']");

    @Test
    void eventsAndAReadModelWaitUntilTheirPausesAreResumed() throws Exception {
        By publishing = css("#pauses li[data-id='publishing/all']");
        By projecting = css("#pauses li[data-id='projecting/study']");
        page.choose("pause-type", "all");
        confirm(button("#pausing", "pause-publishing"), "The broker is replaced.");
        page.choose("pause-model", Names.STUDY);
        confirm(button("#pausing", "pause-projecting"), "MongoDB is upgraded.");

        page.awaitText(publishing, "The broker is replaced.");
        page.awaitText(projecting, "MongoDB is upgraded.");
        page.until("all types are paused", () -> page.health("publishers").equals("paused"));
        page.until("the read model is paused", () -> page.health("projector").equals("paused"));
        JsonNode paused = stack.get("/api/admin/publishing").path("paused").path(0);
        assertThat(paused.path("type").asString("")).isEqualTo("all");
        assertThat(stack.projection(Names.STUDY).path("pause").path("reason").asString(""))
                .isEqualTo("MongoDB is upgraded.");
        // The publishers stop within about two seconds. An event that waits for a second is held.
        await().atMost(OperatedStack.LIMIT).pollInterval(Duration.ofSeconds(1)).until(() -> {
            stack.createTodo("held");
            return stack.queueSize() >= 2;
        });
        page.until("the events wait", () -> Integer.parseInt(page.value("outbox", "queueSize")) >= 2);

        page.click(button("#pauses li[data-id='publishing/all']", "resume"));
        page.click(button("#pauses li[data-id='projecting/study']", "resume"));

        page.awaitAbsent(publishing);
        page.awaitAbsent(projecting);
        page.until("the events left", () -> page.value("outbox", "queueSize").equals("0"));
        page.until("the publishing runs", () -> page.health("publishers").equals("ok"));
        stack.awaitShown(stack.createTodo("shown after the pause"));
    }

    @Test
    void theKeyboardAlonePausesAndResumesOneType() throws Exception {
        Keyboard keyboard = page.keyboard();
        keyboard.press(Keys.TAB);
        assertThat(keyboard.isFocused("a.skip")).isTrue();
        keyboard.press(Keys.ENTER);
        keyboard.tabTo("#pause-type");
        keyboard.press("t");
        keyboard.tabTo("#pausing button[data-action='pause-publishing']");
        keyboard.press(Keys.ENTER);
        page.awaitPresent(css("dialog#confirmation[open]"));
        keyboard.tabTo("#confirmation-reason");
        keyboard.press("The keyboard works.");
        keyboard.tabTo("#confirmation-do");
        keyboard.press(Keys.ENTER);
        page.awaitAbsent(css("dialog#confirmation[open]"));

        page.awaitNotice("todo");
        page.awaitText(css("#pauses li[data-id='publishing/todo']"), "The keyboard works.");
        assertThat(stack.get("/api/admin/publishing")
                        .path("paused")
                        .path(0)
                        .path("type")
                        .asString(""))
                .isEqualTo("todo");
        page.until(
                "the focus is back at the button",
                () -> keyboard.isFocused("#pausing button[data-action='pause-publishing']"));

        keyboard.tabTo("#pauses li[data-id='publishing/todo'] button");
        keyboard.press(Keys.ENTER);

        page.awaitAbsent(css("#pauses li[data-id='publishing/todo']"));
        assertThat(stack.get("/api/admin/publishing").path("paused")).isEmpty();
    }

    @Test
    void generationsAreBuiltActivatedAgainAndAborted() throws Exception {
        int before = stack.projection(Names.STUDY).path("active").intValue();
        String article = "#rebuilds article[data-model='study']";
        page.check(css(article + " input.manual"));
        confirm(button(article, "rebuild"), null);
        await().atMost(OperatedStack.LIMIT)
                .until(() -> stack.projection(Names.STUDY).path("building").isNumber());
        int built = stack.projection(Names.STUDY).path("building").intValue();
        page.awaitText(css(article + " .building:not([hidden]) .time-left"), "Generation " + built + " has applied");

        String activate = article + " tr[data-id='" + built + "'] button[data-action='activate']";
        activateWhenCaughtUp(css(activate), () -> page.confirmByKeyboard(activate), built);
        page.awaitAbsent(css(article + " .building:not([hidden])"));
        By activateAgain = button(article + " tr[data-id='" + before + "']", "activate-again");
        activateWhenCaughtUp(activateAgain, () -> page.confirm(activateAgain, null), before);

        page.check(css(article + " input.manual"));
        page.confirm(button(article, "rebuild"), null);
        page.awaitPresent(button(article, "abort"));
        confirm(button(article, "abort"), null);
        page.awaitAbsent(button(article, "abort"));
        assertThat(stack.projection(Names.STUDY).path("building").isNumber()).isFalse();
        assertThat(stack.projection(Names.STUDY).path("active").intValue()).isEqualTo(before);
    }

    @Test
    void aRebuildWithSnapshotsFirstStartsABackupAndBecomesActive() throws Exception {
        int before = stack.projection(Names.STUDY).path("active").intValue();
        String backup = newestJob("backup");
        String article = "#rebuilds article[data-model='study']";
        page.check(css(article + " input.snapshots"));
        confirm(button(article, "rebuild"), null);

        page.awaitNotice("Projectors build generation");
        assertThat(newestJob("backup")).isNotEqualTo(backup);
        await().atMost(OperatedStack.LIMIT)
                .until(() -> stack.projection(Names.STUDY).path("active").intValue() > before);
    }

    /**
     * Cancels the activation once, then confirms it until the generation is active. The API rejects the activation with
     * the status 409 until the generation has caught up.
     */
    private static void activateWhenCaughtUp(By button, Runnable activation, int generation) throws Exception {
        String newest = stack.newestChange();
        page.cancel(button);
        assertThat(stack.newestChange()).isEqualTo(newest);
        activation.run();
        page.until("generation " + generation + " is active", () -> {
            if (stack.projection(Names.STUDY).path("active").intValue() == generation) {
                return true;
            }
            if (page.count(css("#problem button")) > 0 && !page.text(PROBLEM).isBlank()) {
                page.awaitText(PROBLEM, "409");
                page.click(css("#problem button"));
                activation.run();
            }
            return false;
        });
        takeFailedLoads();
    }

    @Test
    void aVerifyShowsALostMirrorAndARepairRestoresIt() throws Exception {
        String todo = stack.createTodo("its mirror is lost");
        stack.loseMirror(todo);
        page.choose("verify-model", Names.STUDY);
        page.click(button("#verify", "verify"));
        page.awaitText(By.id("verify-findings"), todo);
        page.awaitText(VERIFY_DONE, "MongoDB differs from CockroachDB.");

        confirm(button("#verify", "repair"), null);
        stack.awaitShown(todo);
        stack.awaitEndOfVerifies();

        page.click(button("#verify", "verify"));
        page.awaitText(VERIFY_DONE, "MongoDB is consistent with CockroachDB.");
    }

    /** Each night, a verify of {@code subjects} follows the one of {@code study}. */
    @Test
    void theNewestVerifyOfTheChosenReadModelIsShown() throws Exception {
        String todo = stack.createTodo("its mirror is lost");
        stack.loseMirror(todo);
        verify(Map.of("model", Names.STUDY));
        verify(Map.of("model", Names.SUBJECTS));
        page.open("live");
        page.awaitText(VERIFY_DONE, "The verify of study", "MongoDB differs from CockroachDB.");
        page.awaitText(By.id("verify-findings"), todo);

        page.choose("verify-model", Names.SUBJECTS);
        page.awaitText(VERIFY_DONE, "The verify of subjects", "MongoDB is consistent with CockroachDB.");
        assertThat(page.text(By.id("verify-findings"))).doesNotContain(todo);

        verify(Map.of());
        page.choose("verify-model", Names.STUDY);
        page.awaitText(VERIFY_DONE, "The verify of all read models", "study (generation", "subjects (generation");
        page.awaitText(By.id("verify-findings"), "Missing in MongoDB (study)", todo);

        verify(Map.of("model", Names.STUDY, "repair", true));
        stack.awaitShown(todo);
    }

    @Test
    void theKeyboardAloneVerifiesAndRepairsAllReadModels() throws Exception {
        String todo = stack.createTodo("its mirror is lost");
        stack.loseMirror(todo);
        Keyboard keyboard = page.keyboard();
        keyboard.tabTo("#verify-model");
        keyboard.press("a");
        keyboard.tabTo("#verify button[data-action='verify']");
        keyboard.press(Keys.ENTER);
        page.awaitText(VERIFY_DONE, "The verify of all read models", "subjects (generation");
        page.awaitText(By.id("verify-findings"), "Missing in MongoDB (study)", todo);

        confirm(button("#verify", "repair"), null);

        page.awaitNotice("The service queued a verify of all read models with repair.");
        stack.awaitShown(todo);
    }

    private static void verify(Map<String, ?> body) throws Exception {
        stack.awaitJob(stack.post("/api/admin/verify", body).path("jobId").asString(""), "done");
    }

    @Test
    void aSyncTriggerEndsTheWaitOfAnEventForItsNextAttempt() throws Exception {
        String todo = stack.createTodo("its event waits for an hour");
        String event = stack.delayEventOf(todo);
        page.refresh("stuck");
        page.awaitPresent(css("#stuck-table tr[data-id='" + event + "']"));

        page.click(button("#stuck", "trigger-sync"));

        page.awaitNotice("1 event no longer waits for its next attempt.", "still pending.", "MongoDB");
        stack.awaitPublished(todo);
    }

    @Test
    void aFullBackupAndASelectionOfSnapshotsAreStartedAndShownAsJobs() throws Exception {
        confirm(button("#snapshots", "full-backup"), null);
        String backup = awaitReportedJob("backup");
        page.awaitText(css("#job-table tr[data-id='" + backup + "']"), "backup");
        stack.awaitJob(backup, "done");

        page.click(button("#snapshots", "emit-snapshots"));
        page.awaitText(PROBLEM, "Choose a type, or enter a user id or a time.");
        page.click(css("#problem button"));
        page.choose("snapshots-type", "session");
        page.type("snapshots-user", stack.demoUser());
        confirm(button("#snapshots", "emit-snapshots"), null);
        String snapshot = awaitReportedJob("snapshot");
        page.awaitText(css("#job-table tr[data-id='" + snapshot + "']"), "snapshot", stack.demoUser());
        stack.awaitJob(snapshot, "done");
    }

    /** Returns the id of the newest job of a kind, once the console reports it. */
    private static String awaitReportedJob(String kind) {
        return await().atMost(OperatedStack.LIMIT)
                .until(
                        () -> newestJob(kind),
                        job -> page.text(By.id("notice")).contains("Job " + job + " emits the snapshots."));
    }

    private static String newestJob(String kind) throws Exception {
        JsonNode jobs = stack.get("/api/admin/jobs?limit=1&kind=" + kind).path("items");
        return jobs.path(0).path("jobId").asString("none");
    }

    @Test
    void aRunningVerifyIsCancelled() throws Exception {
        delayAVerify();
        page.choose("verify-model", Names.STUDY);
        page.click(button("#verify", "verify"));
        page.awaitPresent(css("#verify-result[data-state='running']"));

        confirm(button("#verify", "cancel-verify"), null);

        page.awaitText(css("#verify-result[data-state='cancelled']"), "The job is cancelled.");
        page.awaitPresent(css("#verify-progress[hidden]"));
        page.awaitPresent(css("#verify button[data-action='cancel-verify'][hidden]"));
    }

    @Test
    void aRunningJobIsCancelled() throws Exception {
        delayAVerify();
        String job = stack.post("/api/admin/verify", Map.of("model", Names.STUDY))
                .path("jobId")
                .asString("");
        String row = "#job-table tr[data-id='" + job + "']";
        stack.awaitJob(job, "running");
        page.refresh("jobs");
        page.awaitText(css(row), "running");

        confirm(button(row, "cancel"), null);

        stack.awaitJob(job, "cancelled");
        page.refresh("jobs");
        page.awaitText(css(row), "cancelled");
    }

    /** Delays the next verify, which waits for an event whose next attempt is in an hour. */
    private static void delayAVerify() throws Exception {
        String todo = stack.createTodo("its event waits");
        stack.loseMirror(todo);
        stack.delayEventOf(todo);
    }
}
