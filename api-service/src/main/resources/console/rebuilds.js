/** Shows the generations of each read model, starts or aborts a rebuild, and activates generations. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import { act } from './messages.js';
import { byId, element, setText, syncChildren } from './page.js';
import { syncRows } from './tables.js';
import { duration, isMissing, number, rate } from './texts.js';

const REBUILD = 'api/admin/projections/rebuild';

export function start() {}

export function show({ projections }) {
  if (projections !== null) {
    syncChildren(byId('models'), projections, (projection) => projection.model, create, update);
    byId('rebuilds').querySelector('.empty').hidden = projections.length > 0;
  }
}

function checkbox(name, text) {
  return element('label', { class: 'choice' }, element('input', { type: 'checkbox', class: name }), text);
}

function create({ model }) {
  const button = element(
    'button',
    { type: 'button', 'data-action': 'rebuild', 'aria-label': `Start a rebuild of ${model}` },
    'Start a rebuild',
  );
  const heads = ['Generation', 'State', 'Applied', 'Records', 'Consumer lag', 'Rate', 'Actions'];
  const article = element(
    'article',
    { 'data-model': model },
    element('h3', {}, model),
    element(
      'div',
      { class: 'building', hidden: true },
      element('progress', { max: 1, 'aria-label': `Progress of the rebuild of ${model}` }),
      element('p', { class: 'time-left' }),
    ),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Generations of ${model}` },
      element(
        'table',
        { class: 'cards' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ...heads.map((head, at) => element('th', { scope: 'col', class: at > 1 && at < 6 ? 'number' : null }, head)),
          ),
        ),
        element('tbody'),
      ),
    ),
    element(
      'div',
      { class: 'row' },
      button,
      checkbox('manual', 'Wait for a manual activation'),
      checkbox('snapshots', 'Emit snapshots first'),
    ),
  );
  button.onclick = () => act(button, () => rebuild(model, article));
  return article;
}

function update(article, projection) {
  const building = projection.generations.find((row) => row.generation === projection.building);
  const bar = article.querySelector('.building');
  bar.hidden = building === undefined;
  if (building !== undefined) {
    showProgress(bar, building);
  }
  syncRows(article.querySelector('table'), projection.generations, {
    key: (row) => row.generation,
    cells: (row) => [
      String(row.generation),
      row.state,
      row.done === null ? '' : number(row.done),
      row.done === null ? '' : number(row.total),
      row.done === null ? '' : number(row.lag),
      row.perSecond === null ? '' : rate(row.perSecond),
    ],
    actions: (row) => actions(projection, row),
  });
}

function showProgress(bar, { generation, done, total, lag, secondsLeft }) {
  const progress = bar.querySelector('progress');
  if (total === null || lag === null) {
    progress.removeAttribute('value');
  } else {
    progress.value = total === 0 ? 1 : Math.max(0, 1 - lag / total);
  }
  const applied = `Generation ${generation} has applied ${number(done)} of ${number(total)} records.`;
  setText(bar.querySelector('.time-left'), `${applied} ${timeLeft(lag, secondsLeft)}`);
}

function timeLeft(lag, secondsLeft) {
  if (lag === 0) {
    return 'It has applied all records.';
  }
  return isMissing(secondsLeft)
    ? 'The remaining time is unknown.'
    : `The remaining time is about ${duration(secondsLeft)}.`;
}

function actions({ model, building, previous }, { generation }) {
  const one = (action, text, work, danger = false) => ({
    action,
    text,
    danger,
    label: `${text}: generation ${generation} of ${model}`,
    run: (button) => act(button, () => work(model, generation)),
  });
  if (generation === building) {
    return [one('activate', 'Activate', activate), one('abort', 'Abort', abort, true)];
  }
  return generation === previous ? [one('activate-again', 'Activate again', activateAgain, true)] : [];
}

function rebuild(model, article) {
  const manual = article.querySelector('.manual').checked;
  const snapshotsFirst = article.querySelector('.snapshots').checked;
  const question = {
    title: `Rebuild ${model}?`,
    text:
      `Projectors build a new generation of ${model} from all records of its topics, while reads use the active one.` +
      (snapshotsFirst ? ' A job first emits a snapshot of every aggregate.' : '') +
      (manual
        ? ' You activate it manually.'
        : ' A job activates it after it has caught up and a sampled verify has found no drift.'),
    action: 'Start the rebuild',
  };
  return ifConfirmed(question, async () => {
    const body = { model, activate: manual ? 'manual' : 'auto', snapshotsFirst };
    const { generation } = await call('POST', REBUILD, { body });
    return `Projectors build generation ${generation} of ${model}.`;
  });
}

function activate(model, generation) {
  const question = {
    title: `Activate generation ${generation}?`,
    text:
      `All reads of ${model} will use generation ${generation}.` +
      ' The generation that is active now can be activated again until the projector retires it.',
    action: 'Activate this generation',
  };
  return ifConfirmed(question, () => switchTo(model, generation));
}

function activateAgain(model, generation) {
  const question = {
    title: `Activate generation ${generation} again?`,
    text: `All reads of ${model} will use generation ${generation} again.`,
    action: 'Activate this generation again',
  };
  return ifConfirmed(question, () => switchTo(model, generation));
}

async function switchTo(model, generation) {
  await call('POST', `${REBUILD}/${generation}/activate`, { query: { model } });
  return `Reads of ${model} use generation ${generation}.`;
}

function abort(model, generation) {
  const question = {
    title: `Abort generation ${generation}?`,
    text:
      `The rebuild of ${model} ends, and the projector drops the collections of generation ${generation}.` +
      ' Reads are not affected.',
    action: 'Abort this rebuild',
  };
  return ifConfirmed(question, async () => {
    await call('DELETE', `${REBUILD}/${generation}`, { query: { model } });
    return `The service aborted the rebuild of ${model}.`;
  });
}
