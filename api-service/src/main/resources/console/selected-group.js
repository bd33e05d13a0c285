/**
 * Lists the open dead letters of the group that the operator selected, and inspects, replays or discards one of them.
 */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import * as inspection from './inspection.js';
import { act } from './messages.js';
import { byId, setText, showEmpty, when } from './page.js';
import { PagedList } from './paging.js';
import { RequestOrder } from './request-order.js';
import { syncRows } from './tables.js';
import { number } from './texts.js';

let group = null;
let list;
let reloadAll = () => {};
const inspections = new RequestOrder();

const pathOf = (letter) => `api/admin/dead-letters/${encodeURIComponent(letter.id)}`;

/** @param afterChange loads groups and dead letters again after a change of a dead letter */
export function start(afterChange) {
  reloadAll = afterChange;
  list = new PagedList(byId('letters').querySelector('[data-action=more]'), {
    pageSize: 20,
    fetch: (page) => call('GET', 'api/admin/dead-letters', { query: { ...group, state: 'open', ...page } }),
    show: showLetters,
  });
}

/**
 * Shows the dead letters of a group, and moves the focus to their heading.
 *
 * @param chosen the `source`, the `topic` and the `cause` of the group
 */
export async function show(chosen) {
  group = chosen;
  // The rows of the former group must not stand under the new heading while the call is slow, or after it failed.
  byId('letters').hidden = true;
  list.clear();
  setText(byId('letters-title'), `Dead letters of ${group.topic} with the cause "${group.cause}"`);
  await list.open();
  if (group === chosen) {
    byId('letters-title').focus();
  }
}

/** Selects no group, and removes the data of dead letters from the page. */
export function clear() {
  group = null;
  list.clear();
  inspection.clear();
  setText(byId('letters-title'), 'Dead letters of a group');
  byId('letters').hidden = true;
}

/** Loads the shown dead letters again. */
export async function reload() {
  if (group !== null) {
    await list.reload();
  }
}

function showLetters(letters, nextCursor) {
  syncRows(byId('letter-table'), letters, {
    key: (letter) => letter.id,
    cells: (letter) => [
      letter.id,
      letter.key ?? 'none',
      letter.eventType === null ? 'unreadable' : `${letter.eventType} ${letter.aggregateVersion ?? ''}`,
      number(letter.retryCount),
      when(letter.lastAt),
      letter.reason,
    ],
    actions,
  });
  showEmpty(byId('letters'), letters.length === 0 && nextCursor === null);
  byId('letters').hidden = false;
}

function actions(letter) {
  return [
    {
      action: 'inspect',
      text: 'Inspect',
      label: `Inspect dead letter ${letter.id}`,
      run: (button) =>
        act(button, async () => {
          const isLatest = inspections.begin();
          const answer = await call('GET', pathOf(letter));
          if (isLatest()) {
            inspection.inspect(answer);
          }
          return null;
        }),
    },
    {
      action: 'replay',
      text: 'Replay',
      label: `Replay dead letter ${letter.id}`,
      run: (button) => act(button, () => replay(letter)),
    },
    {
      action: 'discard',
      text: 'Discard',
      danger: true,
      label: `Discard dead letter ${letter.id}`,
      run: (button) => act(button, () => discard(letter)),
    },
  ];
}

async function replay(letter) {
  await call('POST', `${pathOf(letter)}/replay`);
  await reloadAll();
  return `The service replayed dead letter ${letter.id}.`;
}

function discard(letter) {
  const question = {
    title: 'Discard this dead letter?',
    text:
      `The change ${letter.eventType ?? 'of an unreadable event'} of the key ${letter.key ?? 'none'}` +
      ' will not reach MongoDB. A discard cannot be undone.',
    action: 'Discard this dead letter',
  };
  return ifConfirmed(question, async () => {
    await call('DELETE', pathOf(letter));
    await reloadAll();
    return `The service discarded dead letter ${letter.id}.`;
  });
}
