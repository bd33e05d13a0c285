package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;
import static dev.studybuddy.e2e.console.ScriptedAnswers.withAnswers;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests in the browser what the modules of the console show while a call is slow, and after a call that failed. */
abstract class SlowCallsTests {

    @Test
    void theDeadLettersOfOneGroupAreNotShownUnderTheHeadingOfAnother() {
        String visible = withAnswers("selected-group.js", "/api/admin/dead-letters", """
                const group = (cause) => ({ source: 'projector', topic: 'todos', cause });
                const letter = { id: 'of-a', key: null, eventType: null, retryCount: 0, lastAt: 0, reason: '' };
                const isVisible = () =>
                  document.querySelector("#letter-table tr[data-id='of-a']").offsetParent !== null;
                const first = module.show(group('a'));
                requests[0](200, { items: [letter], nextCursor: 'next' });
                await first;
                const states = [isVisible()];
                const second = module.show(group('b'));
                states.push(isVisible());
                requests[1](503, { title: 'Too many reads' });
                states.push(await second.catch((failure) => failure.message.includes('Too many reads')), isVisible());
                const third = module.reload();
                requests[2](200, { items: [{ ...letter, id: 'of-b' }], nextCursor: null });
                await third;
                const shown = [...document.querySelectorAll('#letter-table tbody tr')].map((row) => row.dataset.id);
                states.push(shown, document.getElementById('letters-title').textContent);
                module.clear();
                return states.join();
                """);

        assertThat(visible).isEqualTo("true,false,true,false,of-b,Dead letters of todos with the cause \"b\"");
    }

    @Test
    void aBodyThatDoesNotArriveInTimeIsReportedAsAMissingAnswer() {
        String problem = page.evaluate("api.js", """
                (async () => {
                  const send = window.fetch;
                  const text = () => Promise.reject(new DOMException('signal timed out', 'TimeoutError'));
                  window.fetch = async () => ({ ok: true, status: 200, headers: new Headers(), text });
                  try {
                    return await module.call('GET', 'api/admin/jobs').catch((failure) => failure.message);
                  } finally {
                    window.fetch = send;
                  }
                })()""");

        assertThat(problem)
                .isEqualTo("The service did not answer GET /api/admin/jobs. Check the connection, then retry.");
    }

    @Test
    void aSyncThatRunsIsReportedUntilItsResultArrives() {
        String notices = withAnswers("stuck.js", "/api/admin/sync/trigger", """
                const notice = document.getElementById('notice');
                document.querySelector('#stuck [data-action=trigger-sync]').click();
                const notices = [notice.textContent];
                requests[0](200, { retriesCleared: 0, allRetriesCleared: true, pausedTypes: [] });
                const hasResult = () => notice.textContent.includes('MongoDB');
                for (let turns = 0; turns < 500 && !hasResult(); turns++) {
                  await new Promise((done) => setTimeout(done, 10));
                }
                return [...notices, hasResult()].join();
                """);

        assertThat(notices).isEqualTo("The service waits at most 10 s until MongoDB shows the pending events.,true");
    }

    @Test
    void aRefreshWhileTheNextPageIsLoadedShowsThatPage() {
        String shown = page.evaluate("paging.js", """
                (async () => {
                  const requests = [];
                  const button = document.createElement('button');
                  let shown = [];
                  const list = new module.PagedList(button, {
                    pageSize: 2,
                    fetch: ({ limit }) => new Promise((done) => requests.push((nextCursor) =>
                      done({ items: Array.from({ length: limit }, (unused, at) => at), nextCursor }))),
                    show: (items) => (shown = items),
                  });
                  const opened = list.open();
                  requests[0]('second');
                  await opened;
                  button.click();
                  const reloaded = list.reload();
                  requests[1](null);
                  requests[2](null);
                  await reloaded;
                  return shown.length;
                })()""");

        assertThat(shown).isEqualTo("4");
    }
}
