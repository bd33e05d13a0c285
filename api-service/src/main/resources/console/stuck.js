/** Lists stuck events with their reasons, and retries or discards them. */
import { call } from './api.js';
import { confirm } from './dialog.js';
import { act, loadInto } from './messages.js';
import { byId, element, showEmpty, syncRows } from './page.js';
import { count, instant, number } from './texts.js';

const nameOf = (event) => `version of ${event.aggregateType} ${event.aggregateId}`;

export function start() {
  byId('stuck').querySelector('[data-action=refresh]').onclick = load;
}

export const load = () => loadInto(byId('stuck'), loadEvents);

async function loadEvents() {
  const events = await call('GET', 'api/admin/outbox/stuck');
  syncRows(byId('stuck-table'), events, {
    key: (event) => event.eventId,
    cells: (event) => [
      event.eventType,
      `${event.aggregateType} ${event.aggregateId}`,
      instant(event.since),
      number(event.retryCount),
      number(event.waitingBehind),
      reason(event),
    ],
    actions,
  });
  showEmpty(byId('stuck'), events.length === 0);
}

const reason = (event) =>
  element('div', {}, element('p', {}, event.reason), element('p', { class: 'advice' }, event.advice));

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
  return event.deadLettered ? [retry, discard] : [retry];
}

async function retryEvent(event) {
  await call('POST', `api/admin/outbox/${encodeURIComponent(event.eventId)}/retry`);
  await load();
  return `The publisher retries event ${event.eventId}.`;
}

async function discardEvent(event) {
  const answer = await confirm({
    title: 'Discard this event?',
    text:
      `The outbox forgets ${event.eventType}, a ${nameOf(event)}. It will never reach Kafka or MongoDB.` +
      ` ${count(event.waitingBehind, 'later event')} of the aggregate will be published without it.`,
    action: 'Discard this event',
  });
  if (answer === null) {
    return null;
  }
  await call('DELETE', `api/admin/outbox/${encodeURIComponent(event.eventId)}`);
  await load();
  return `Event ${event.eventId} is discarded.`;
}
