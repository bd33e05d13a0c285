/** Draws the stages between a write and MongoDB, and the flow between them. */
import { byId, element, setText, syncChildren } from './page.js';
import { describeStages } from './stages.js';
import { badge, symbol, updateBadge } from './symbols.js';

const SENTENCES = {
  healthy: 'The pipeline is healthy.',
  degraded: 'The pipeline is degraded: the service accepts writes, but at least one stage has a fault.',
  unhealthy: 'The pipeline is unhealthy: the service does not accept writes.',
};

export function start() {}

export function show(status) {
  const stages = describeStages(status);
  syncChildren(byId('pipeline-stages'), stages, (stage) => stage.id, create, update);
  const summary = byId('pipeline-summary');
  summary.dataset.status = status.health.status;
  const remarks = stages.filter((stage) => stage.health !== 'ok').map((stage) => ` ${stage.title}: ${stage.sentence}.`);
  setText(summary, SENTENCES[status.health.status] + (remarks.join('') || ' No stage has a fault.'));
}

function create(stage) {
  const facts = element(
    'div',
    { class: 'facts' },
    element('h3', {}, stage.title),
    element('p', { class: 'stage-state' }, badge(stage.health, stage.sentence)),
    element('dl'),
  );
  const item = element('li', { 'data-stage': stage.id }, symbol(`stage-${stage.id}`, 'node'), facts);
  if (stage.flow !== null) {
    const amount = element('span', { 'data-value': stage.flow.name });
    const label = element('span', { class: 'amount' }, amount, ` ${stage.flow.unit} `, element('span', { class: 'remark' }));
    item.append(element('p', { class: 'flow' }, label, element('span', { class: 'line' })));
  }
  return item;
}

function update(item, stage) {
  item.dataset.health = stage.health;
  updateBadge(item.querySelector('.stage-state > .badge'), stage.health, stage.sentence);
  syncChildren(
    item.querySelector('dl'),
    stage.values,
    ([name]) => name,
    ([name, label]) => element('div', {}, element('dt', {}, label), element('dd', { 'data-value': name })),
    (pair, [, , value]) => setText(pair.lastElementChild, value),
  );
  if (stage.flow !== null) {
    item.dataset.flow = stage.flow.state;
    setText(item.querySelector('.amount > [data-value]'), stage.flow.amount);
    setText(item.querySelector('.remark'), stage.flow.remark);
  }
}
