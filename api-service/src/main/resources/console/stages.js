/**
 * Determines the health of each stage between a write and MongoDB. A stage has a health (ok, warn, bad, paused or
 * unknown) with a sentence, its values, and the flow from it to the next stage.
 */
import { SHARDS } from './shards.js';
import { bounded, count, duration, isMissing, MAX_COUNTED, MAX_STUCK, number, rate, UNKNOWN } from './texts.js';

const MAX_LAG_SECONDS = 30;
const MAX_QUEUE_SIZE = 10_000;

/** Returns the sentence for objects that lack something, such as "1 shard has no owner". */
const lack = (value, noun, missing) => `${count(value, noun)} ${value === 1 ? 'has' : 'have'} no ${missing}`;

/** Returns the sentence for partitions whose next record no projector reads. */
const describeSchemaWaits = (waits) =>
  `${count(waits?.length, 'partition')} ${waits?.length === 1 ? 'waits' : 'wait'} for a newer projector`;

/**
 * Returns the health and the sentence of the first fault whose condition is true, or those of a stage without a fault.
 * Each fault is a list of its condition, its health and its sentence.
 */
function firstFault(faults) {
  const found = faults.find(([holds]) => holds);
  return found ? { health: found[1], sentence: found[2] } : { health: 'ok', sentence: 'No fault' };
}

/**
 * Returns the flow to the next stage: the state (flowing, paused or stopped), and an amount with its unit. The name
 * identifies the amount.
 */
function flow(
  name,
  amount,
  unit,
  { stopped = false, pauses = [], isPaused = pauses.some((pause) => pause.name === 'all') },
) {
  if (stopped) {
    return { name, amount, unit, state: 'stopped', remark: 'stopped' };
  }
  const names = pauses.map((pause) => pause.name).join(', ');
  return { name, amount, unit, state: isPaused ? 'paused' : 'flowing', remark: names === '' ? '' : `paused: ${names}` };
}

const publishingPauses = ({ health }) => health.paused.publishing ?? [];
const projectingPauses = ({ health }) => health.paused.projecting ?? [];

function api({ health }) {
  const isRejected = health.status === 'unhealthy';
  return {
    ...firstFault([[isRejected, 'bad', 'Writes fail']]),
    values: [['writes', 'Writes', isRejected ? 'rejected' : 'accepted']],
    flow: flow('events', '', 'events', { stopped: isRejected }),
  };
}

function outbox(status) {
  const { queueSize, queueSizeExact, failedEvents, publishers } = status.health.sync;
  const pauses = publishingPauses(status);
  const isDown = status.health.databases.cockroachdb !== 'connected';
  const pending = isMissing(queueSize) ? UNKNOWN : `${queueSizeExact ? '' : 'at least '}${number(queueSize)}`;
  return {
    ...firstFault([
      [isDown, 'bad', 'CockroachDB does not accept writes'],
      [isMissing(queueSize), 'unknown', 'The backlog cannot be read'],
      [pauses.length > 0, 'paused', 'At least one type is paused'],
      [status.stuckEvents > 0, 'warn', 'At least one event is stuck'],
      [failedEvents > 0, 'warn', 'At least one event is dead-lettered'],
      [queueSize > MAX_QUEUE_SIZE, 'warn', `More than ${number(MAX_QUEUE_SIZE)} events are pending`],
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
    ...firstFault([
      [isMissing(live), 'unknown', 'The leases cannot be read'],
      [live?.length === 0, 'bad', 'No publisher is live'],
      [owned < SHARDS, 'bad', lack(SHARDS - owned, 'shard', 'owner')],
      [fit === 0, 'bad', 'No publisher is fit'],
      [pauses.length > 0, 'paused', 'At least one type is paused'],
      [fit < live?.length, 'warn', 'At least one publisher is not fit'],
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
    ...firstFault([[isDown, 'bad', 'Kafka does not answer']]),
    values: [
      ['topics', 'Topics', isMissing(lag) ? UNKNOWN : number(names.size)],
      ['partitions', 'Partitions', isMissing(lag) ? UNKNOWN : number(partitions.size)],
    ],
    flow: flow('records', number(lag?.records), 'behind', {
      stopped: isDown,
      pauses,
      isPaused: areAllPaused(status, pauses),
    }),
  };
}

/** Returns whether every read model is paused. If the read models are unknown, one pause is sufficient. */
const areAllPaused = ({ projections }, pauses) => pauses.length > 0 && pauses.length >= (projections?.length ?? 1);

function projector(status) {
  const { consumerLag: lag, deadLetters, schemaWaits } = status.health.sync;
  const unassigned = lag?.unassignedPartitions;
  const rates = Object.entries(status.throughput.appliedPerSecond);
  const pauses = projectingPauses(status);
  const total = rates.length === 0 ? null : rates.reduce((sum, [, perSecond]) => sum + perSecond, 0);
  return {
    ...firstFault([
      [isMissing(lag), 'unknown', 'The consumer lag is unknown'],
      [unassigned > 0, 'bad', lack(unassigned, 'partition', 'projector')],
      [schemaWaits?.length > 0, 'bad', describeSchemaWaits(schemaWaits)],
      [pauses.length > 0, 'paused', 'At least one read model is paused'],
      [deadLetters > 0, 'warn', 'At least one dead letter is open'],
      [isMissing(lag?.records), 'unknown', 'The consumer lag is unknown'],
      [
        lag?.seconds > MAX_LAG_SECONDS,
        'warn',
        `The oldest record beyond the committed offset is more than ${MAX_LAG_SECONDS} s old`,
      ],
    ]),
    values: [
      ...rates.map(([model, perSecond]) => [`applied-${model}`, model, rate(perSecond)]),
      ['deadLetters', 'Dead letters', bounded(deadLetters, MAX_COUNTED)],
    ],
    flow: flow('appliedPerSecond', rate(total), 'applied', {
      stopped: status.health.databases.mongodb !== 'connected',
      pauses,
      isPaused: areAllPaused(status, pauses),
    }),
  };
}

function mongodb(status) {
  const { syncLagSeconds, brokenDocuments } = status.health.sync;
  const isPaused = publishingPauses(status).length > 0 || projectingPauses(status).length > 0;
  return {
    ...firstFault([
      [status.health.databases.mongodb !== 'connected', 'bad', 'MongoDB does not answer'],
      [isMissing(syncLagSeconds), 'unknown', 'The lag is unknown'],
      [isPaused, 'paused', 'A pause delays changes'],
      [brokenDocuments > 0, 'warn', 'At least one document is broken'],
      [syncLagSeconds > MAX_LAG_SECONDS, 'warn', `The lag exceeds ${MAX_LAG_SECONDS} s`],
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
export const describeStages = (status) => STAGES.map(({ id, title, of }) => ({ id, title, ...of(status) }));
