/** Shows the consumer lag of each partition. */
import { byId, setText, syncRows } from './page.js';
import { count, duration, number } from './texts.js';

export function start() {}

export function show({ health }) {
  const lag = health.sync.consumerLag;
  const partitions = lag?.partitions ?? [];
  const behind = partitions.filter((one) => one.lag > 0).length;
  setText(
    byId('lag-summary'),
    lag === null
      ? 'The consumer lag is unknown, because Kafka or MongoDB did not answer, or because no read model is active.'
      : `${count(lag.records, 'record')} behind in ${count(behind, 'partition')}, at most ${duration(lag.seconds)} old.`,
  );
  syncRows(byId('lag-table'), partitions, {
    key: (one) => `${one.group}/${one.topic}/${one.partition}`,
    cells: (one) => [
      `${one.topic} ${one.partition}`,
      one.group,
      one.committed === null ? 'none' : number(one.committed),
      number(one.end),
      number(one.lag),
    ],
  });
}
