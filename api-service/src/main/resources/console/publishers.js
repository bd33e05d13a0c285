/** Shows the live publishers and how many of the 64 shards each of them owns. */
import { byId, element, setText, syncRows } from './page.js';
import { number, time, UNKNOWN } from './texts.js';

/** The outbox has this number of shards. */
export const SHARDS = 64;

const share = (one) =>
  element('meter', { min: 0, max: SHARDS, value: one.shards, 'aria-label': `Share of the shards of ${one.id}` });

export function start() {}

export function show({ health }) {
  const live = health.sync.publishers;
  const owned = live?.reduce((sum, one) => sum + one.shards, 0) ?? UNKNOWN;
  setText(
    byId('shard-summary'),
    live === null ? 'The leases cannot be read.' : `${owned} of ${SHARDS} shards have an owner.`,
  );
  syncRows(byId('publisher-table'), live ?? [], {
    key: (one) => one.id,
    cells: (one) => [one.id, number(one.shards), share(one), time(one.lastSeen)],
  });
}
