/** Shows the consumer lag of each partition. */
import { byId, setText } from './page.js';
import { syncRows } from './tables.js';
import { count, duration, isMissing, number } from './texts.js';

/**
 * Returns the number by which partitions are ordered. The consumer lag of a partition is unknown if its group committed
 * nothing, if the committed offset is above the end, or if its generation is broken. Such a partition comes first,
 * unless it is empty.
 */
const size = (partition) => partition.lag ?? (partition.end === 0 ? 0 : Number.MAX_SAFE_INTEGER);

export function start() {}

export function show({ health }) {
  const lag = health.sync.consumerLag;
  // The partitions that are farthest behind come first.
  const partitions = [...(lag?.partitions ?? [])].sort((a, b) => size(b) - size(a));
  setText(byId('lag-summary'), summary(lag, partitions.filter((one) => one.lag > 0).length));
  syncRows(byId('lag-table'), partitions, {
    key: (one) => `${one.group}/${one.topic}/${one.partition}`,
    cells: (one) => [
      `${one.topic} ${one.partition}`,
      number(one.lag),
      one.committed === null ? 'none' : number(one.committed),
      number(one.end),
      one.group,
    ],
  });
}

function summary(lag, behind) {
  if (lag === null) {
    return (
      'The consumer lag is unknown, because Kafka or MongoDB did not answer,' +
      ' or because no read model has an active generation.'
    );
  }
  if (isMissing(lag.records)) {
    return (
      'The number of records beyond the committed offsets is unknown,' +
      ' because it is unknown for at least one partition.'
    );
  }
  if (lag.records === 0) {
    return 'The consumer groups of the active generations have committed all records.';
  }
  const notCommitted = `${count(lag.records, 'record')} in ${count(behind, 'partition')}`;
  const age = isMissing(lag.seconds)
    ? 'The age of the oldest record is unknown.'
    : `The oldest record is ${duration(lag.seconds)} old.`;
  return `The consumer groups have not committed ${notCommitted}. ${age}`;
}
