/** Lists the open letters of one group, and inspects, replays or discards one of them. */
import { call } from './api.js';
import { confirm } from './dialog.js';
import { inspect } from './inspection.js';
import { act } from './messages.js';
import { byId, setText, showEmpty, syncRows } from './page.js';
import { instant, number } from './texts.js';

const PAGE_SIZE = 20;

/** The list shows at most this many letters, so that the page stays small. */
const MAX_SHOWN = 200;

let group = null;
let shown = [];
let nextCursor = null;
let reloadAll = () => {};

const more = () => byId('letters').querySelector('[data-action=more]');
const pathOf = (letter) => `api/admin/dead-letters/${encodeURIComponent(letter.id)}`;

/** @param afterChange loads groups and letters again after a change of a letter */
export function start(afterChange) {
  reloadAll = afterChange;
  more().onclick = () =>
    act(more(), async () => {
      const page = await loadPage(nextCursor, PAGE_SIZE);
      shown = [...shown, ...page];
      showLetters();
      return null;
    });
}

/** Shows the letters of a group, and moves the focus to their heading. */
export async function show(chosen) {
  group = chosen;
  setText(byId('letters-title'), `Letters of ${group.topic} with the cause "${group.cause}"`);
  shown = await loadPage(null, PAGE_SIZE);
  showLetters();
  byId('letters').hidden = false;
  byId('letters-title').focus();
}

/** Loads the letters again that are shown. */
export async function reload() {
  if (group !== null) {
    shown = await loadPage(null, Math.max(PAGE_SIZE, shown.length));
    showLetters();
  }
}

async function loadPage(cursor, limit) {
  const { source, topic, cause } = group;
  const query = { source, topic, cause, state: 'open', limit: Math.min(limit, MAX_SHOWN), cursor };
  const page = await call('GET', 'api/admin/dead-letters', { query });
  nextCursor = page.nextCursor;
  return page.items;
}

function showLetters() {
  syncRows(byId('letter-table'), shown, {
    key: (letter) => letter.id,
    cells: (letter) => [
      letter.id,
      letter.key ?? 'none',
      letter.eventType === null ? 'unreadable' : `${letter.eventType} ${letter.aggregateVersion ?? ''}`,
      number(letter.retryCount),
      instant(letter.lastAt),
      letter.reason,
    ],
    actions,
  });
  showEmpty(byId('letters'), shown.length === 0);
  more().hidden = nextCursor === null || shown.length >= MAX_SHOWN;
}

function actions(letter) {
  return [
    {
      action: 'inspect',
      text: 'Inspect',
      label: `Inspect letter ${letter.id}`,
      run: (button) =>
        act(button, async () => {
          inspect(await call('GET', pathOf(letter)));
          return null;
        }),
    },
    {
      action: 'replay',
      text: 'Replay',
      label: `Replay letter ${letter.id}`,
      run: (button) => act(button, () => replay(letter)),
    },
    {
      action: 'discard',
      text: 'Discard',
      danger: true,
      label: `Discard letter ${letter.id}`,
      run: (button) => act(button, () => discard(letter)),
    },
  ];
}

async function replay(letter) {
  await call('POST', `${pathOf(letter)}/replay`);
  await reloadAll();
  return `Letter ${letter.id} is replayed.`;
}

async function discard(letter) {
  const answer = await confirm({
    title: 'Discard this letter?',
    text:
      `The change ${letter.eventType ?? 'of an unreadable event'} of the key ${letter.key ?? 'none'} will not reach MongoDB.` +
      ' A discard cannot be taken back.',
    action: 'Discard this letter',
  });
  if (answer === null) {
    return null;
  }
  await call('DELETE', pathOf(letter));
  await reloadAll();
  return `Letter ${letter.id} is discarded.`;
}
