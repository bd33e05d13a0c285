/** Groups the open dead letters by cause, and replays or discards a group. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import { act, loadInto } from './messages.js';
import { byId, showEmpty, when } from './page.js';
import * as selectedGroup from './selected-group.js';
import { syncRows } from './tables.js';
import { count, number } from './texts.js';

const keyOf = (group) => `${group.source} ${group.topic} ${group.cause}`;
const sizeOf = (group) => `${group.countExact ? '' : 'at least '}${count(group.count, 'dead letter')}`;
const selection = ({ source, topic, cause }) => ({ source, topic, cause });

export function start() {
  byId('dead-letters').querySelector('[data-action=refresh]').onclick = loadAll;
  selectedGroup.start(loadAll);
}

export const clear = selectedGroup.clear;

/**
 * Loads the groups, but not the dead letters of the selected group. Each read of dead letters leaves an audit row, so
 * only an operator's action repeats such a read.
 */
export const load = () => loadInto(byId('dead-letters'), loadGroups);

const loadAll = () =>
  loadInto(byId('dead-letters'), async (isLatest) => {
    await loadGroups(isLatest);
    await selectedGroup.reload();
  });

async function loadGroups(isLatest) {
  const { items } = await call('GET', 'api/admin/dead-letters/groups');
  if (!isLatest()) {
    return;
  }
  syncRows(byId('letter-groups'), items, {
    key: keyOf,
    cells: (group) => [
      group.cause,
      group.topic,
      group.source,
      `${group.countExact ? '' : 'at least '}${number(group.count)}`,
      when(group.oldestAt),
      when(group.newestAt),
    ],
    actions,
  });
  showEmpty(byId('dead-letters'), items.length === 0);
}

function actions(group) {
  return [
    {
      action: 'show',
      text: 'Show dead letters',
      label: `Show dead letters of the group ${group.cause}`,
      run: (button) =>
        act(button, async () => {
          await selectedGroup.show(selection(group));
          return null;
        }),
    },
    {
      action: 'replay-group',
      text: 'Replay group',
      label: `Replay group ${group.cause}`,
      run: (button) => act(button, () => replay(group)),
    },
    {
      action: 'discard-group',
      text: 'Discard group',
      danger: true,
      label: `Discard group ${group.cause}`,
      run: (button) => act(button, () => discard(group)),
    },
  ];
}

function replay(group) {
  const question = {
    title: 'Replay this group?',
    text:
      `A job sends ${sizeOf(group)} of ${group.topic} with the cause "${group.cause}" again, at most 100 per second.` +
      ' A record becomes a dead letter again if its cause remains.',
    action: 'Replay this group',
  };
  return ifConfirmed(question, () => submit('replay', group, 'replays'));
}

function discard(group) {
  const question = {
    title: 'Discard this group?',
    text:
      `A job discards ${sizeOf(group)} of ${group.topic} with the cause "${group.cause}".` +
      ' These changes will not reach MongoDB. A discard cannot be undone.',
    action: 'Discard this group',
  };
  return ifConfirmed(question, () => submit('discard', group, 'discards'));
}

async function submit(kind, group, verb) {
  const started = await call('POST', `api/admin/dead-letters/${kind}`, { body: selection(group) });
  await loadAll();
  return `Job ${started.jobId} ${verb} ${started.matchedExact ? '' : 'at least '}${count(started.matched, 'dead letter')}.`;
}
