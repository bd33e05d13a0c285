/** Triggers a sync, and describes its result. */
import { call } from './api.js';
import { count, number } from './texts.js';

/** The service waits at most this long until MongoDB shows the events. The time limit of a call is longer. */
export const WAIT_SECONDS = 10;

const VISIBILITY = {
  true: 'MongoDB shows all published events.',
  false: 'MongoDB does not show all events yet.',
};
const UNKNOWN_VISIBILITY = 'It is unknown whether MongoDB shows all published events.';

/**
 * Ends the waits of events for their next attempts, requests a sweep of the outbox, and returns the sentences that
 * state the result.
 */
export async function trigger() {
  return describe(await call('POST', 'api/admin/sync/trigger', { query: { waitSeconds: WAIT_SECONDS } }));
}

/** Returns the sentences that describe the result of a sync trigger. */
export function describe(result) {
  return [
    describeWaits(result.retriesCleared),
    result.allRetriesCleared ? '' : 'Some events still wait for their next attempt, so trigger another sync.',
    describePending(result),
    result.pausedTypes.length === 0 ? '' : `Publishing is paused for: ${result.pausedTypes.map(nameOf).join(', ')}.`,
    VISIBILITY[result.visibleInMongo] ?? UNKNOWN_VISIBILITY,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function describeWaits(ended) {
  if (ended === 0) {
    return 'The sync ended no wait for a next attempt.';
  }
  return `${count(ended, 'event')} no longer ${ended === 1 ? 'waits for its' : 'wait for their'} next attempt.`;
}

function describePending({ pendingBefore, pendingBeforeExact, pendingAfter, pendingAfterExact }) {
  if (pendingBefore === 0) {
    return pendingBeforeExact
      ? 'No event was pending before the sync.'
      : 'It is unknown how many events were pending before the sync.';
  }
  const before = `${pendingBeforeExact ? '' : 'At least '}${count(pendingBefore, 'event')}`;
  return (
    `${before} ${pendingBefore === 1 ? 'was' : 'were'} pending before the sync,` +
    ` and ${describeRest(pendingAfter, pendingAfterExact)}.`
  );
}

function describeRest(pending, exact) {
  if (pending === 0) {
    return exact ? 'none is still pending' : 'it is unknown how many of them are still pending';
  }
  return `${exact ? '' : 'at least '}${number(pending)} ${pending === 1 ? 'is' : 'are'} still pending`;
}

const nameOf = (type) => (type === 'all' ? 'all types' : type);
