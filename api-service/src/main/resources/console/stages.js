/**
 * Judges each stage between a write and MongoDB. A stage has a health (ok, warn, bad, paused or unknown) with a sentence,
 * its values, and the flow from it to the next stage.
 */
import { SHARDS } from './shards.js';
import { bounded, count, duration, isMissing, MAX_COUNTED, MAX_STUCK, number, rate, UNKNOWN } from './texts.js';

const MAX_LAG_SECONDS = 30;
const MAX_QUEUE_SIZE = 10_000;

/** Returns the first fault that holds. A fault is its condition, its health and its sentence. */
function judge(faults) {
  const found = faults.find(([holds]) => holds);
  return found ? { health: found[1], state: found[2] } : { health: 'ok', state: 'In order' };
}

/**
 * Returns the flow to the next stage: the state (flowing, held or stopped), and an amount with its unit. The name
 * identifies the amount.
 */
function flow(name, amount, unit, { stopped = false, pauses = [], isHeld = pauses.some((pause) => pause.name === 'all') }) {
  if (stopped) {
    return { name, amount, unit, state: 'stopped', remark: 'stopped' };
  }
  const names = pauses.map((pause) => pause.name).join(', ');
  return { name, amount, unit, state: isHeld ? 'held' : 'flowing', remark: names === '' ? '' : `paused: ${names}` };
}

const publishingPauses = ({ health }) => health.paused.publishing ?? [];
const projectingPauses = ({ health }) => health.paused.projecting ?? [];

function api({ health }) {
  const isRefused = health.status === 'unhealthy';
  return {
    ...judge([[isRefused, 'bad', 'Writes fail']]),
    values: [['writes', 'Writes', isRefused ? 'refused' : 'accepted']],
    flow: flow('events', '', 'events', { stopped: isRefused }),
  };
}

function outbox(status) {
  const { queueSize, queueSizeExact, failedEvents, publishers } = status.health.sync;
  const pauses = publishingPauses(status);
  const isDown = status.health.databases.cockroachdb !== 'connected';
  const pending = isMissing(queueSize) ? UNKNOWN : `${queueSizeExact ? '' : 'at least '}${number(queueSize)}`;
  return {
    ...judge([
      [isDown, 'bad', 'CockroachDB does not accept writes'],
      [isMissing(queueSize), 'unknown', 'The backlog cannot be read'],
      [pauses.length > 0, 'paused', 'Publishing is paused'],
      [status.stuckEvents > 0, 'warn', `${count(status.stuckEvents, 'event', MAX_STUCK)} stuck`],
      [failedEvents > 0, 'warn', `${count(failedEvents, 'event', MAX_COUNTED)} dead-lettered`],
      [queueSize > MAX_QUEUE_SIZE, 'warn', 'The backlog is long'],
    ]),
    values: [
      ['stuckEvents', 'Stuck', bounded(status.stuckEvents, MAX_STUCK)],
      ['failedEvents', 'Dead-lettered', bounded(failedEvents, MAX_COUNTED)],
    ],
    flow: flow('queueSize', pending, 'pending', { stopped: isDown || publishers?.length === 0, pauses }),
  };
}

function publishers(status) {
  const live = status.health.sync.publishers;
  const fit = live?.filter((one) => one.fitness?.fit ?? true).length;
  const owned = live?.reduce((sum, one) => sum + one.shards, 0);
  const pauses = publishingPauses(status);
  return {
    ...judge([
      [isMissing(live), 'unknown', 'The leases cannot be read'],
      [live?.length === 0, 'bad', 'No publisher is live'],
      [owned < SHARDS, 'bad', `${count(SHARDS - owned, 'shard')} without an owner`],
      [fit === 0, 'bad', 'No publisher is fit'],
      [pauses.length > 0, 'paused', 'Publishing is paused'],
      [fit < live?.length, 'warn', `${count(live?.length - fit, 'publisher')} not fit`],
    ]),
    values: [
      ['publishers', 'Live', number(live?.length)],
      ['fit', 'Fit', number(fit)],
      ['shards', 'Shards', isMissing(owned) ? UNKNOWN : `${owned} of ${SHARDS}`],
    ],
    flow: flow('publishedPerSecond', rate(status.throughput.publishedPerSecond), 'published', {
      stopped: live?.length === 0 || status.health.kafka !== 'connected',
      pauses,
    }),
  };
}

function topics(status) {
  const lag = status.health.sync.consumerLag;
  const isDown = status.health.kafka !== 'connected';
  const partitions = new Set(lag?.partitions.map((one) => `${one.topic}/${one.partition}`));
  const names = new Set(lag?.partitions.map((one) => one.topic));
  const pauses = projectingPauses(status);
  return {
    ...judge([[isDown, 'bad', 'Kafka does not answer']]),
    values: [
      ['topics', 'Topics', isMissing(lag) ? UNKNOWN : number(names.size)],
      ['partitions', 'Partitions', isMissing(lag) ? UNKNOWN : number(partitions.size)],
    ],
    flow: flow('records', number(lag?.records), 'behind', {
      stopped: isDown,
      pauses,
      isHeld: areAllHeld(status, pauses),
    }),
  };
}

/** Returns whether the projecting of every read model is paused. */
const areAllHeld = ({ projections }, pauses) => pauses.length > 0 && pauses.length >= (projections?.length ?? 1);

function projector(status) {
  const { consumerLag: lag, deadLetters, schemaWaits } = status.health.sync;
  const unassigned = lag?.unassignedPartitions;
  const rates = Object.entries(status.throughput.appliedPerSecond);
  const pauses = projectingPauses(status);
  const total = rates.length === 0 ? null : rates.reduce((sum, [, perSecond]) => sum + perSecond, 0);
  return {
    ...judge([
      [isMissing(lag), 'unknown', 'The consumer lag is unknown'],
      [unassigned > 0, 'bad', `${count(unassigned, 'partition')} without a projector`],
      [schemaWaits?.length > 0, 'bad', `A newer projector must read ${count(schemaWaits?.length, 'partition')}`],
      [pauses.length > 0, 'paused', 'Projecting is paused'],
      [deadLetters > 0, 'warn', `${count(deadLetters, 'dead letter', MAX_COUNTED)} open`],
      [isMissing(lag?.records), 'unknown', 'The consumer lag is unknown'],
      [lag?.seconds > MAX_LAG_SECONDS, 'warn', 'The consumers are behind'],
    ]),
    values: [
      ...rates.map(([model, perSecond]) => [`applied-${model}`, model, rate(perSecond)]),
      ['deadLetters', 'Dead letters', bounded(deadLetters, MAX_COUNTED)],
    ],
    flow: flow('appliedPerSecond', rate(total), 'applied', {
      stopped: status.health.databases.mongodb !== 'connected',
      pauses,
      isHeld: areAllHeld(status, pauses),
    }),
  };
}

function mongodb(status) {
  const { syncLagSeconds, brokenDocuments } = status.health.sync;
  const isPaused = publishingPauses(status).length > 0 || projectingPauses(status).length > 0;
  return {
    ...judge([
      [status.health.databases.mongodb !== 'connected', 'bad', 'MongoDB does not answer'],
      [isMissing(syncLagSeconds), 'unknown', 'The lag is unknown'],
      [isPaused, 'paused', 'A pause delays changes'],
      [brokenDocuments > 0, 'warn', `${count(brokenDocuments, 'document', MAX_COUNTED)} broken`],
      [syncLagSeconds > MAX_LAG_SECONDS, 'warn', 'Reads are behind'],
    ]),
    values: [
      ['syncLagSeconds', 'Lag', duration(syncLagSeconds)],
      ['brokenDocuments', 'Broken documents', bounded(brokenDocuments, MAX_COUNTED)],
    ],
    flow: null,
  };
}

const STAGES = [
  { id: 'api', title: 'API', of: api },
  { id: 'outbox', title: 'Outbox', of: outbox },
  { id: 'publishers', title: 'Publishers', of: publishers },
  { id: 'topics', title: 'Topics', of: topics },
  { id: 'projector', title: 'Projector', of: projector },
  { id: 'mongodb', title: 'MongoDB', of: mongodb },
];

/** Returns the stages in the order in which an event passes them, as a status of the stream describes them. */
export const judgeStages = (status) => STAGES.map(({ id, title, of }) => ({ id, title, ...of(status) }));
