package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests the modules of the console that compute what it shows, in the browser. */
abstract class ModulesTests {

    /** This status describes a pipeline with two publishers, of which one is not fit, and with one free shard. */
    private static final String STATUS = """
            {stuckEvents: 0, projections: [{model: 'study'}],
             throughput: {publishedPerSecond: 1.5, appliedPerSecond: {study: 2}},
             health: {status: 'degraded', kafka: 'connected', databases: {cockroachdb: 'connected', mongodb: 'connected'},
               paused: {publishing: [], projecting: [{name: 'study'}]},
               sync: {queueSize: 3, queueSizeExact: false, failedEvents: 1, deadLetters: 2, brokenDocuments: 0,
                 syncLagSeconds: 4, consumerLag: {records: 7, seconds: 1, partitions: [{topic: 't', partition: 0}]},
                 publishers: [{shards: 60, fitness: {fit: true}}, {shards: 3, fitness: {fit: false}}]}}}""";

    @Test
    void shardsAreNamedAsRangesAndThoseWithoutAnOwnerAreFound() {
        assertThat(page.evaluate("shards.js", "module.ranges([])")).isEmpty();
        assertThat(page.evaluate("shards.js", "module.ranges([63, 2, 0, 1, 10, 11])"))
                .isEqualTo("0–2, 10–11, 63");
        assertThat(page.evaluate(
                        "shards.js",
                        "module.shardsWithoutOwner([{ownedShards: [...Array(62).keys()]}, {ownedShards: [63]}])"))
                .isEqualTo("62");
    }

    @Test
    void eachStageStatesItsMostImportantFault() {
        assertThat(sentences("status"))
                .isEqualTo(
                        "api ok No fault; outbox warn At least one event is dead-lettered; publishers bad 1 shard has"
                                + " no owner; topics ok No fault; projector paused At least one read model is paused;"
                                + " mongodb paused A pause delays changes");
        assertThat(sentences("(status.health.sync.publishers[1].shards = 4, status)"))
                .contains("publishers warn At least one publisher is not fit");
        assertThat(sentences("(status.health.sync.publishers = [], status.health.kafka = 'disconnected', status)"))
                .contains("publishers bad No publisher is live", "topics bad Kafka does not answer");
        assertThat(sentences("(status.health.sync.publishers = null, status.health.sync.queueSize = null, status)"))
                .contains("outbox unknown", "publishers unknown The leases cannot be read");
        assertThat(sentences("(status.health.sync.consumerLag.unassignedPartitions = 1, status)"))
                .contains("projector bad 1 partition has no projector");
        assertThat(sentences("(status.health.sync.consumerLag.unassignedPartitions = 48, status)"))
                .contains("projector bad 48 partitions have no projector");
        assertThat(sentences("(status.health.sync.consumerLag.unassignedPartitions = 0, status)"))
                .contains("projector paused");
    }

    private static String sentences(String status) {
        return stages(status, "one.id + ' ' + one.health + ' ' + one.sentence");
    }

    @Test
    void theFlowBetweenTwoStagesIsFlowingPausedOrStopped() {
        assertThat(flows("status"))
                .isEqualTo("events:flowing; queueSize:flowing:at least 3; publishedPerSecond:flowing:1.5/s;"
                        + " records:paused:7; appliedPerSecond:paused:2/s; none");
        assertThat(flows("(status.health.paused.publishing = [{name: 'all'}], status)"))
                .contains("queueSize:paused", "publishedPerSecond:paused");
        assertThat(flows("(status.health.paused.publishing = [{name: 'todo'}], status)"))
                .contains("queueSize:flowing", "publishedPerSecond:flowing");
        assertThat(flows("(status.health.kafka = 'disconnected', status)"))
                .contains("publishedPerSecond:stopped", "records:stopped");
    }

    private static String flows(String status) {
        return stages(
                status,
                "one.flow === null ? 'none' : [one.flow.name, one.flow.state, one.flow.amount].filter(Boolean).join(':')");
    }

    private static String stages(String status, String text) {
        return page.evaluate(
                "stages.js",
                "(status => module.describeStages(" + status + ").map(one => " + text + ").join('; '))(" + STATUS
                        + ")");
    }

    @Test
    void aStageStatesHowManyPartitionsWaitForANewerProjector() {
        assertThat(sentences("(status.health.sync.schemaWaits = [{}], status)"))
                .contains("projector bad 1 partition waits for a newer projector");
        assertThat(sentences("(status.health.sync.schemaWaits = [{}, {}], status)"))
                .contains("projector bad 2 partitions wait for a newer projector");
    }

    /** A new stream begins with the newest sample, which the former stream may have sent already. */
    @Test
    void aSampleThatArrivesAgainIsShownOnce() {
        String rows = """
                (status => {
                  document.getElementById('trend-values').open = true;
                  module.show(status);
                  module.show(status);
                  return document.querySelectorAll(`#trend-table tr[data-id='${Date.parse(status.at)}']`).length;
                })({...(%s), at: '2026-01-01T00:00:00Z'})""".formatted(STATUS);

        assertThat(page.evaluate("trends.js", rows)).isEqualTo("1");
    }

    @Test
    void anAnswerThatArrivesAfterThatOfALaterRequestIsIgnored() {
        assertThat(afterALateAnswer(
                        "timeline.js",
                        "document.getElementById('timeline-id').value = 'a',"
                                + " document.getElementById('timeline-form').requestSubmit()",
                        "{events: [], mirrors: [], deadLetters: [{id: 'NAME', state: 'open', firstAt: 0, reason: ''}]}",
                        "timeline-result"))
                .contains("newer")
                .doesNotContain("older");
        assertThat(afterALateAnswer(
                        "analytics.js",
                        "module.load()",
                        "{from: 'NAME', to: 'NAME', days: [{date: '2026-01-01'}], totals: {}, streak: 0}",
                        "analytics-totals"))
                .contains("newer")
                .doesNotContain("older");
        assertThat(afterALateAnswer(
                        "leaderboard.js",
                        "module.load()",
                        "{period: 'all', entries: [{userId: 'NAME', name: 'NAME', points: 1, rank: 1, rankExact: true}]}",
                        "leaderboard-table"))
                .contains("newer")
                .doesNotContain("older");
        assertThat(afterALateAnswer(
                        "stuck.js",
                        "module.load()",
                        "[{eventId: 'NAME', eventType: 'NAME', reason: '', advice: ''}]",
                        "stuck-table"))
                .contains("newer")
                .doesNotContain("older");
    }

    /** Loads a section twice, answers the second request before the first one, and returns the text of an element. */
    private static String afterALateAnswer(String module, String load, String answer, String element) {
        String script = """
                (async () => {
                  const send = window.fetch;
                  const requests = [];
                  const answer = (request, NAME) => {
                    request({ ok: true, status: 200, headers: new Headers(), text: async () => JSON.stringify(%s) });
                    return new Promise((done) => setTimeout(done));
                  };
                  window.fetch = () => new Promise((done) => requests.push(done));
                  try {
                    %s;
                    %s;
                    await answer(requests[1], 'newer');
                    await answer(requests[0], 'older');
                    return document.getElementById('%s').textContent;
                  } finally {
                    window.fetch = send;
                  }
                })()""".formatted(answer.replace("'NAME'", "NAME"), load, load, element);
        return page.evaluate(module, script);
    }

    @Test
    void aListThatIsFullStatesThatFurtherItemsExist() {
        assertThat(remarks(201)).isEqualTo(",Further items exist. The list shows the first 200.,");
        assertThat(remarks(200)).isEqualTo(",,");
    }

    /**
     * Opens a list of this many items, shows its second page, and clears the list. Returns the visible text below the
     * list after each step.
     */
    private static String remarks(int size) {
        return page.evaluate("paging.js", """
                (async () => {
                  const row = document.createElement('div');
                  const button = document.createElement('button');
                  row.append(button);
                  document.body.append(row);
                  const all = Array.from({ length: %s }, (unused, at) => at);
                  const list = new module.PagedList(button, {
                    pageSize: 100,
                    fetch: async ({ limit, cursor }) => {
                      const end = Number(cursor) + limit;
                      return { items: all.slice(Number(cursor), end), nextCursor: end < all.length ? String(end) : null };
                    },
                    show: () => {},
                  });
                  const remarks = [];
                  await list.open();
                  remarks.push(row.innerText);
                  button.click();
                  await new Promise((done) => setTimeout(done));
                  remarks.push(row.innerText, button.hidden);
                  list.clear();
                  remarks.push(row.innerText);
                  row.remove();
                  return remarks.filter((remark) => remark !== true).join();
                })()""".formatted(size));
    }

    @Test
    void theResultOfASyncTriggerIsDescribedInSentences() {
        String result = "{retriesCleared: 2, allRetriesCleared: true, pendingBefore: 64000, pendingBeforeExact: false,"
                + " pendingAfter: 1, pendingAfterExact: true, pausedTypes: [], visibleInMongo: false}";

        assertThat(page.evaluate("sync.js", "module.describe(" + result + ")"))
                .isEqualTo("2 events no longer wait for their next attempt. At least 64,000 events were pending before"
                        + " the sync, and 1 is still pending. MongoDB does not show all events yet.");
        assertThat(page.evaluate(
                        "sync.js",
                        "module.describe({...(" + result + "), allRetriesCleared: false, pausedTypes: ['todo'],"
                                + " visibleInMongo: null})"))
                .contains(
                        "Some events still wait for their next attempt, so trigger another sync.",
                        "Publishing is paused for: todo.",
                        "It is unknown whether MongoDB shows all published events.");
        assertThat(page.evaluate(
                        "sync.js",
                        "module.describe({...(" + result + "), retriesCleared: 1, pendingBefore: 1,"
                                + " pendingBeforeExact: true, pendingAfter: 0, visibleInMongo: true})"))
                .isEqualTo("1 event no longer waits for its next attempt. 1 event was pending before the sync, and none"
                        + " is still pending. MongoDB shows all published events.");
        assertThat(page.evaluate(
                        "sync.js",
                        "module.describe({...(" + result + "), pendingBefore: 1, pendingBeforeExact: true,"
                                + " pendingAfter: 0, pendingAfterExact: false, visibleInMongo: null})"))
                .endsWith("1 event was pending before the sync, and it is unknown how many of them are still pending."
                        + " It is unknown whether MongoDB shows all published events.");
        assertThat(page.evaluate(
                        "sync.js",
                        "module.describe({...(" + result + "), retriesCleared: 0, pendingBefore: 0,"
                                + " pendingBeforeExact: true, pendingAfter: 0})"))
                .startsWith("The sync ended no wait for a next attempt. No event was pending before the sync.");
        assertThat(page.evaluate(
                        "sync.js", "module.describe({...(" + result + "), pendingBefore: 0, pendingAfter: 0})"))
                .contains("next attempt. It is unknown how many events were pending before the sync. MongoDB");
        assertThat(page.evaluate("sync.js", "module.describe({...(" + result + "), pausedTypes: ['all']})"))
                .contains("Publishing is paused for: all types.");
    }

    @Test
    void aTimelineStatesHowManyAttemptsOfAPendingEventWereRefused() {
        String event = "{eventType: 'todo.created', version: 1, createdAt: 0, processed: false, lastError: null}";

        assertThat(page.evaluate(
                        "timeline.js",
                        "[0, 1, 2].map(retryCount => module.eventItem({...(" + event
                                + "), retryCount}).textContent.split('pending: ')[1]).join()"))
                .isEqualTo("no refused attempt,1 refused attempt,2 refused attempts");
    }

    @Test
    void aSelectionOfSnapshotsContainsWhatTheOperatorEntered() {
        assertThat(page.evaluate(
                        "snapshots.js",
                        "JSON.stringify("
                                + "module.selectionOf({type: 'todo', userId: ' ', changedFrom: '', changedTo: ''}))"))
                .isEqualTo("{\"type\":\"todo\"}");
        assertThat(page.evaluate(
                        "snapshots.js",
                        "module.selectionOf({type: '', userId: '', changedFrom: '2026-01-02T03:04', changedTo: ''})"
                                + ".changedFrom === new Date(2026, 0, 2, 3, 4).toISOString()"))
                .isEqualTo("true");
        assertThat(page.evaluate(
                        "snapshots.js", "module.describe({type: 'todo', changedTo: new Date(2026, 0, 2, 3, 4, 5)})"))
                .isEqualTo("each aggregate of the type todo, whose last change was before 2026-01-02 03:04:05");
    }

    /**
     * The text of the question may contain data that the next token does not permit to read, such as the key of a dead
     * letter.
     */
    @Test
    void aChangeOfTheTokenCancelsAndRemovesTheOpenQuestion() {
        String answers = """
                (async () => {
                  const question = { title: 'Discard?', text: 'The key is secret.', action: 'Discard' };
                  const answer = module.ifConfirmed(question, () => 'discarded');
                  module.clear();
                  const dialog = document.getElementById('confirmation');
                  return [await answer, dialog.open, dialog.textContent.includes('secret')].join();
                })()""";

        assertThat(page.evaluate("dialog.js", answers)).isEqualTo(",false,false");
    }

    @Test
    void agesAreComputedWithTheClockOfTheService() {
        String anHourAhead = "module.setServiceTime(Date.now() + 3600000)";

        assertThat(page.evaluate("texts.js", anHourAhead + " ?? module.ago(Date.now() + 3600000 - 185000)"))
                .isEqualTo("3 min ago");
        assertThat(page.evaluate("texts.js", "module.ago(null)")).isEqualTo("unknown");
    }
}
