/** Shows the progress of the events of one aggregate towards MongoDB, and emits a snapshot of it. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import { act, loadInto } from './messages.js';
import { byId, element } from './page.js';
import { badge } from './symbols.js';
import { syncButtons } from './tables.js';
import { count, instant, isMissing, UNKNOWN } from './texts.js';

const TYPES = ['user', 'todo', 'session'];

export function start() {
  byId('timeline-form').addEventListener('submit', (event) => {
    event.preventDefault();
    load(byId('timeline-id').value.trim());
  });
}

/** Shows the timeline of an aggregate, and moves the focus to its heading. */
export function open(id) {
  byId('timeline-id').value = id;
  byId('timeline-title').focus();
  return load(id);
}

const load = (id) => loadInto(byId('timeline'), (isLatest) => show(id, isLatest));

async function show(id, isLatest) {
  const result = byId('timeline-result');
  result.replaceChildren();
  const { events, mirrors, deadLetters } = await call('GET', `api/admin/events/${encodeURIComponent(id)}`);
  if (!isLatest()) {
    return;
  }
  result.replaceChildren(
    snapshotButtons(id, events, mirrors ?? []),
    ...part('Outbox and topic', events, 'The outbox has no row of this aggregate.', eventItem),
    ...part('Mirrors', mirrors, 'No read model shows this aggregate.', mirrorItem),
    ...part('Dead letters', deadLetters, 'The aggregate has no dead letter.', letterItem),
  );
}

/**
 * Returns a row with a button that emits a snapshot. If the timeline has neither an event nor a mirror, the type of the
 * aggregate is unknown, and the row has a button for each type.
 */
function snapshotButtons(id, events, mirrors) {
  const named = new Set([...events, ...mirrors].map((one) => one.aggregateType));
  const row = element('div', { class: 'row' });
  const one = (type) => ({
    action: `snapshot-${type}`,
    text: `Emit a snapshot of this ${type}`,
    run: (button) => act(button, () => emitSnapshot(type, id)),
  });
  syncButtons(row, TYPES.filter((type) => named.size === 0 || named.has(type)).map(one));
  return row;
}

function emitSnapshot(type, id) {
  const question = {
    title: `Emit a snapshot of this ${type}?`,
    text:
      `The service adds an event with the present state of the ${type} ${id} to the outbox. The event restores` +
      ' a mirror that is missing, or that shows an older version.',
    action: 'Emit the snapshot',
  };
  return ifConfirmed(question, async () => {
    const path = `api/admin/aggregates/${type}/${encodeURIComponent(id)}/snapshot`;
    const { version } = await call('POST', path);
    await load(id);
    return `The service emitted a snapshot of the ${type} ${id} at version ${version}.`;
  });
}

/** Returns a heading with a list, or with the sentence that the list is empty or unknown. */
function part(title, items, empty, item) {
  const heading = element('h3', {}, title);
  if (items === null) {
    return [heading, element('p', {}, 'MongoDB does not answer, so this part is unknown.')];
  }
  return items.length === 0
    ? [heading, element('p', {}, empty)]
    : [heading, element('ol', { class: 'timeline' }, ...items.map(item))];
}

/** Returns the item that shows an event of the outbox. */
export function eventItem(event) {
  const steps = [badge('ok', `written ${instant(event.createdAt)}`)];
  // A dead-lettered event is processed too, and an event that is pending again may still have the time of its dead
  // letter.
  if (event.processed && event.deadLetteredAt !== null) {
    steps.push(badge('bad', `dead-lettered ${instant(event.deadLetteredAt)} after attempt ${event.retryCount}`));
  } else if (event.processed) {
    const position = event.offset === null ? '' : ` at partition ${event.partition}, offset ${event.offset}`;
    steps.push(badge('ok', `published ${instant(event.processedAt)}${position}`));
  } else {
    const why = event.paused ? 'its type is paused' : attempts(event.retryCount);
    steps.push(badge('warn', `pending: ${why}`));
  }
  if (event.lastError !== null) {
    steps.push(badge('bad', event.lastError));
  }
  return element('li', { 'data-id': event.eventId }, element('strong', {}, `${event.eventType}, version ${event.version}`), ...steps);
}

const attempts = (refused) => (refused === 0 ? 'no refused attempt' : count(refused, 'refused attempt'));

const mirrorItem = (mirror) =>
  element(
    'li',
    { 'data-id': `${mirror.model}/${mirror.aggregateType}` },
    element('strong', {}, `${mirror.model}, generation ${mirror.generation}`),
    badge(
      isMissing(mirror.version) || isMissing(mirror.offset) ? 'bad' : 'ok',
      `The mirror shows version ${mirror.version ?? UNKNOWN} from offset ${mirror.offset ?? UNKNOWN}`,
    ),
    ...(mirror.deleted ? [badge('warn', 'deleted')] : []),
  );

const letterItem = (letter) =>
  element(
    'li',
    { 'data-id': letter.id },
    element('strong', {}, letter.id),
    badge(letter.state === 'open' ? 'bad' : 'ok', `${letter.state}, recorded ${instant(letter.firstAt)}: ${letter.reason}`),
  );
