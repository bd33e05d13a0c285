/** Shows the stages between a write and MongoDB, each with its numbers and its health. */
import { byId, element, setText, syncChildren } from './page.js';
import { SHARDS } from './publishers.js';
import { count, duration, number, rate, UNKNOWN } from './texts.js';

const MAX_LAG_SECONDS = 30;
const MAX_QUEUE_SIZE = 10_000;

const isMissing = (value) => value === null || value === undefined;

/** Returns the first fault that holds. A fault is its condition, its health and its sentence. */
function judge(faults) {
  const found = faults.find(([holds]) => holds);
  return found ? { health: found[1], state: found[2] } : { health: 'ok', state: 'In order' };
}

function api({ health }) {
  const sentences = { healthy: '', degraded: 'Degraded', unhealthy: 'Writes fail' };
  return {
    ...judge([
      [health.status === 'unhealthy', 'bad', sentences.unhealthy],
      [health.status === 'degraded', 'warn', sentences.degraded],
    ]),
    values: [['status', 'Status', health.status]],
  };
}

function outbox({ health, stuckEvents }) {
  const { queueSize, queueSizeExact, failedEvents } = health.sync;
  const pending = isMissing(queueSize) ? UNKNOWN : `${queueSizeExact ? '' : 'at least '}${number(queueSize)}`;
  const isDown = health.databases.cockroachdb !== 'connected';
  return {
    ...judge([
      [isDown, 'bad', 'CockroachDB does not accept writes'],
      [isMissing(queueSize), 'unknown', 'The queue cannot be read'],
      [health.paused.publishing?.length > 0, 'paused', 'Publishing is paused'],
      [failedEvents > 0, 'warn', `${count(failedEvents, 'event')} failed`],
      [stuckEvents > 0, 'warn', `${count(stuckEvents, 'event')} stuck`],
      [queueSize > MAX_QUEUE_SIZE, 'warn', 'The queue is long'],
    ]),
    values: [
      ['queueSize', 'Pending', pending],
      ['stuckEvents', 'Stuck', number(stuckEvents)],
      ['failedEvents', 'Dead-lettered', number(failedEvents)],
    ],
  };
}

function publishers({ health }) {
  const live = health.sync.publishers;
  const owned = live?.reduce((sum, one) => sum + one.shards, 0);
  return {
    ...judge([
      [isMissing(live), 'unknown', 'The leases cannot be read'],
      [live?.length === 0, 'bad', 'No publisher is live'],
      [owned < SHARDS, 'bad', `${SHARDS - owned} shards have no owner`],
      [health.paused.publishing?.length > 0, 'paused', 'Publishing is paused'],
    ]),
    values: [
      ['publishers', 'Live', number(live?.length)],
      ['shards', 'Shards', isMissing(owned) ? UNKNOWN : `${owned} of ${SHARDS}`],
    ],
  };
}

function topics({ health, throughput }) {
  return {
    ...judge([[health.kafka !== 'connected', 'bad', 'Kafka does not answer']]),
    values: [['publishedPerSecond', 'Published', rate(throughput.publishedPerSecond)]],
  };
}

function projector({ health, throughput }) {
  const lag = health.sync.consumerLag;
  const waits = health.sync.schemaWaits?.length;
  const rates = Object.entries(throughput.appliedPerSecond);
  return {
    ...judge([
      [isMissing(lag), 'unknown', 'The consumer lag is unknown'],
      [waits > 0, 'bad', `A newer projector must read ${count(waits, 'partition')}`],
      [health.paused.projecting?.length > 0, 'paused', 'Projecting is paused'],
      [health.sync.deadLetters > 0, 'warn', `${count(health.sync.deadLetters, 'dead letter')} open`],
      [isMissing(lag?.records), 'unknown', 'The consumer lag is unknown'],
      [lag?.seconds > MAX_LAG_SECONDS, 'warn', 'The consumers are behind'],
    ]),
    values: [
      ['appliedPerSecond', 'Applied', rates.map(([model, value]) => `${model} ${rate(value)}`).join(', ') || UNKNOWN],
      ['records', 'Records behind', number(lag?.records)],
      ['deadLetters', 'Dead letters', number(health.sync.deadLetters)],
    ],
  };
}

function mongodb({ health }) {
  const { syncLagSeconds, brokenDocuments } = health.sync;
  return {
    ...judge([
      [health.databases.mongodb !== 'connected', 'bad', 'MongoDB does not answer'],
      [brokenDocuments > 0, 'warn', `${count(brokenDocuments, 'document')} broken`],
      [isMissing(syncLagSeconds), 'unknown', 'The lag is unknown'],
      [health.paused.publishing?.length > 0 || health.paused.projecting?.length > 0, 'paused', 'The lag grows by a pause'],
      [syncLagSeconds > MAX_LAG_SECONDS, 'warn', 'Reads are behind'],
    ]),
    values: [
      ['syncLagSeconds', 'Lag', duration(syncLagSeconds)],
      ['brokenDocuments', 'Broken documents', number(brokenDocuments)],
    ],
  };
}

const STAGES = [
  { id: 'api', title: 'API', judge: api },
  { id: 'outbox', title: 'Outbox', judge: outbox },
  { id: 'publishers', title: 'Publishers', judge: publishers },
  { id: 'topics', title: 'Topics', judge: topics },
  { id: 'projector', title: 'Projector', judge: projector },
  { id: 'mongodb', title: 'MongoDB', judge: mongodb },
];

function create(stage) {
  return element(
    'li',
    { 'data-stage': stage.id },
    element('h3', {}, stage.title),
    element('p', { class: 'stage-state' }),
    element('dl'),
  );
}

function update(item, stage, status) {
  const found = stage.judge(status);
  item.dataset.health = found.health;
  setText(item.querySelector('.stage-state'), found.state);
  syncChildren(
    item.querySelector('dl'),
    found.values,
    ([name]) => name,
    ([name, label]) => element('div', {}, element('dt', {}, label), element('dd', { 'data-value': name })),
    (pair, [, , value]) => setText(pair.lastElementChild, value),
  );
}

export function start() {}

export function show(status) {
  syncChildren(byId('pipeline-stages'), STAGES, (stage) => stage.id, create, (item, stage) => update(item, stage, status));
  const sentences = {
    healthy: 'The pipeline is healthy: writes are accepted and reach MongoDB soon.',
    degraded: 'The pipeline is degraded: writes are accepted, but a stage below needs attention.',
    unhealthy: 'The pipeline is unhealthy: the service cannot take a write.',
  };
  const summary = byId('pipeline-summary');
  summary.dataset.status = status.health.status;
  setText(summary, sentences[status.health.status]);
}
