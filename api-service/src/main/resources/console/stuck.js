/**
 * Lists the stuck and dead-lettered events with their reasons, retries or discards them, opens the timeline of their
 * aggregate, and triggers a sync of all pending events.
 */
import { call, callForPage } from './api.js';
import { ifConfirmed } from './dialog.js';
import { act, loadInto, showNotice } from './messages.js';
import { byId, element, showEmpty, when } from './page.js';
import { PagedList } from './paging.js';
import * as sync from './sync.js';
import { syncRows } from './tables.js';
import { count, number } from './texts.js';
import * as timeline from './timeline.js';

let list;

export function start() {
  const section = byId('stuck');
  section.querySelector('[data-action=refresh]').onclick = load;
  const button = section.querySelector('[data-action=trigger-sync]');
  button.onclick = () => act(button, triggerSync);
  list = new PagedList(section.querySelector('[data-action=more]'), {
    pageSize: 20,
    fetch: (query) => callForPage('api/admin/outbox/stuck', query),
    show: showEvents,
  });
}

async function triggerSync() {
  showNotice(`The service waits at most ${sync.WAIT_SECONDS} s until MongoDB shows the pending events.`);
  const result = await sync.trigger();
  await load();
  return result;
}

export const clear = () => list.clear();

export const load = () => loadInto(byId('stuck'), () => list.reload());

function showEvents(events) {
  syncRows(byId('stuck-table'), events, {
    key: (event) => event.eventId,
    cells: (event) => [
      event.eventType,
      `${event.aggregateType} ${event.aggregateId}`,
      when(event.since),
      number(event.retryCount),
      number(event.waitingBehind),
      reason(event),
    ],
    actions,
  });
  showEmpty(byId('stuck'), events.length === 0);
}

/** This pattern matches the calls in an advice. The page removes them, because the row has buttons for them. */
const CALLS = / with (POST|DELETE) \S+?(?=[.,]?( |$))/g;

const reason = ({ reason: text, advice }) =>
  element('div', {}, element('p', {}, text), element('p', { class: 'advice' }, advice.replace(CALLS, '')));

function actions(event) {
  const retry = {
    action: 'retry',
    text: 'Retry',
    label: `Retry event ${event.eventId}`,
    run: (button) => act(button, () => retryEvent(event)),
  };
  const discard = {
    action: 'discard',
    text: 'Discard',
    danger: true,
    label: `Discard event ${event.eventId}`,
    run: (button) => act(button, () => discardEvent(event)),
  };
  const show = {
    action: 'timeline',
    text: 'Show timeline',
    label: `Show timeline of ${event.aggregateType} ${event.aggregateId}`,
    run: () => timeline.open(event.aggregateId),
  };
  // The service retries only an event with a refused attempt, and discards only a dead-lettered event.
  return [...(event.retryCount > 0 ? [retry] : []), ...(event.deadLettered ? [discard] : []), show];
}

const pathOf = (event) => `api/admin/outbox/${encodeURIComponent(event.eventId)}`;

async function retryEvent(event) {
  await call('POST', `${pathOf(event)}/retry`);
  await load();
  return `The publisher retries event ${event.eventId}.`;
}

function discardEvent(event) {
  const later =
    event.waitingBehind === 0
      ? 'No later event of the aggregate waits.'
      : `${count(event.waitingBehind, 'later event')} of the aggregate will be published without it.`;
  const question = {
    title: 'Discard this event?',
    text:
      `The service removes ${event.eventType} of ${event.aggregateType} ${event.aggregateId} from the outbox.` +
      ` It will never reach Kafka or MongoDB. ${later}`,
    action: 'Discard this event',
  };
  return ifConfirmed(question, async () => {
    await call('DELETE', pathOf(event));
    await load();
    return `The service discarded event ${event.eventId}.`;
  });
}
