/** Pauses and resumes the publishing of types and the projecting of read models. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import { act } from './messages.js';
import { byId, element, setText, syncChildren, syncOptions } from './page.js';
import { syncButtons } from './tables.js';
import { ago, instant } from './texts.js';

const section = () => byId('pausing');

export function start() {
  const publishing = section().querySelector('[data-action=pause-publishing]');
  const projecting = section().querySelector('[data-action=pause-projecting]');
  publishing.onclick = () => act(publishing, pausePublishing);
  projecting.onclick = () => act(projecting, pauseProjecting);
}

export function show({ health, projections }) {
  const pauses = [
    ...(health.paused.publishing ?? []).map((pause) => ({ stage: 'publishing', ...pause })),
    ...(health.paused.projecting ?? []).map((pause) => ({ stage: 'projecting', ...pause })),
  ];
  syncChildren(
    byId('pauses'),
    pauses,
    (pause) => `${pause.stage}/${pause.name}`,
    () => element('li', {}, element('p'), element('div', { class: 'row' })),
    (item, pause) => {
      const what = pause.stage === 'publishing' ? 'Publishing of' : 'Projecting of';
      setText(
        item.firstElementChild,
        `${what} ${pause.name} is paused since ${instant(pause.at)} (${ago(pause.at)}) by ${pause.by}: ${pause.reason}`,
      );
      syncButtons(item.lastElementChild, [
        {
          action: 'resume',
          text: 'Resume',
          label: `Resume the ${pause.stage} of ${pause.name}`,
          run: (button) => act(button, () => resume(pause)),
        },
      ]);
    },
  );
  section().querySelector('.empty').hidden = pauses.length > 0;
  if (projections?.length > 0) {
    syncOptions(byId('pause-model'), projections.map((projection) => projection.model));
  }
}

function pausePublishing() {
  const type = byId('pause-type').value;
  const what = type === 'all' ? 'all events' : `events of the type ${type}`;
  const question = {
    title: `Pause the publishing of ${type}?`,
    text: `Publishers stop sending ${what} within two seconds. Writes continue, and the events wait in the outbox.`,
    action: 'Pause publishing',
    needsReason: true,
  };
  return ifConfirmed(question, async (reason) => {
    await call('POST', 'api/admin/publishing/pause', { body: { type, reason } });
    return `The publishing of ${type} is paused.`;
  });
}

function pauseProjecting() {
  const model = byId('pause-model').value;
  const question = {
    title: `Pause the projecting of ${model}?`,
    text: `Projectors stop applying records to ${model} within two seconds. Reads continue, and their data becomes older.`,
    action: 'Pause projecting',
    needsReason: true,
  };
  return ifConfirmed(question, async (reason) => {
    await call('POST', 'api/admin/projections/pause', { body: { model, reason } });
    return `The projecting of ${model} is paused.`;
  });
}

async function resume({ stage, name }) {
  if (stage === 'publishing') {
    await call('POST', 'api/admin/publishing/resume', { body: { type: name } });
  } else {
    await call('POST', 'api/admin/projections/resume', { body: { model: name } });
  }
  return `The ${stage} of ${name} continues.`;
}
