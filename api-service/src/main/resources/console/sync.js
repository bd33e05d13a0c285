/** Triggers a sync, and describes its result. */
import { call } from './api.js';
import { count } from './texts.js';

/** The trigger waits at most this long until MongoDB shows the events, which is shorter than the time limit of a call. */
const WAIT_SECONDS = 10;

const VISIBILITY = {
  true: 'MongoDB shows all of them.',
  false: 'MongoDB does not show all of them yet.',
};
const UNKNOWN_VISIBILITY = 'It is unknown whether MongoDB shows all of them.';

/** Ends the waits of failed events, requests a sweep of the outbox, and returns the sentences that state the result. */
export async function trigger() {
  return describe(await call('POST', 'api/admin/sync/trigger', { query: { waitSeconds: WAIT_SECONDS } }));
}

/** Returns the sentences that describe the result of a sync trigger. */
export function describe(result) {
  const events = (value, exact) => `${exact ? '' : 'at least '}${count(value, 'event')}`;
  return [
    `The sync ended ${count(result.retriesCleared, 'wait')} for a retry.`,
    result.allRetriesCleared ? '' : 'Some events still wait for a retry, so trigger another sync.',
    `Pending before: ${events(result.pendingBefore, result.pendingBeforeExact)}.`,
    `Still pending: ${events(result.pendingAfter, result.pendingAfterExact)}.`,
    result.pausedTypes.length === 0 ? '' : `Publishing is paused for: ${result.pausedTypes.join(', ')}.`,
    VISIBILITY[result.visibleInMongo] ?? UNKNOWN_VISIBILITY,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
