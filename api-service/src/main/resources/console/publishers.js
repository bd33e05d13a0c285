/** Shows the live publishers, the shards that each of them owns, and whether it is fit. */
import { byId, element, setText, when } from './page.js';
import { ranges, SHARDS, shardsWithoutOwner } from './shards.js';
import { badge } from './symbols.js';
import { syncRows } from './tables.js';
import { ago, isMissing, time } from './texts.js';

export function start() {}

export function show({ health }) {
  const live = health.sync.publishers;
  setText(byId('shard-summary'), isMissing(live) ? 'The leases cannot be read.' : summary(shardsWithoutOwner(live)));
  syncRows(byId('publisher-table'), live ?? [], {
    key: (one) => one.id,
    cells: (one) => [
      one.id,
      ranges(one.ownedShards ?? []) || 'none',
      share(one),
      fitness(one),
      when(one.lastSeen),
      when(one.startedAt),
    ],
  });
}

function summary(free) {
  const owned = `${SHARDS - free.length} of ${SHARDS} shards have an owner.`;
  return free.length === 0 ? owned : `${owned} The events of these shards wait for an owner: ${ranges(free)}.`;
}

const share = ({ id, shards }) =>
  element(
    'span',
    {},
    `${shards} of ${SHARDS} `,
    element('meter', { min: 0, max: SHARDS, value: shards, 'aria-label': `Share of the shards of ${id}` }),
  );

/** Returns the badge that shows whether a publisher is fit. A publisher of an earlier version counts as fit. */
function fitness(publisher) {
  const { fit, since, lastSuccess } = publisher.fitness ?? { fit: true };
  if (fit) {
    return badge('ok', isMissing(since) ? 'fit' : `fit since ${time(since)} (${ago(since)})`);
  }
  return badge('bad', isMissing(lastSuccess) ? 'not fit; this publisher has never been fit' : `not fit, last success ${ago(lastSuccess)}`);
}
