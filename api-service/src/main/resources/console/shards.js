/** Describes the shards of the outbox. */

/** The outbox has this number of shards, which are numbered from 0. */
export const SHARDS = 64;

/** Returns the numbers as ranges in ascending order, such as "0–20, 63". */
export function ranges(numbers) {
  const found = [];
  for (const one of [...numbers].sort((a, b) => a - b)) {
    const last = found[found.length - 1];
    if (last !== undefined && one === last.to + 1) {
      last.to = one;
    } else {
      found.push({ from: one, to: one });
    }
  }
  return found.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}

/** Returns the numbers of the shards that none of the publishers owns. */
export function shardsWithoutOwner(publishers) {
  const owned = new Set(publishers.flatMap((publisher) => publisher.ownedShards ?? []));
  return Array.from({ length: SHARDS }, (unused, shard) => shard).filter((shard) => !owned.has(shard));
}
