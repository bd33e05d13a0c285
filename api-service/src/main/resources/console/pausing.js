/** Pauses and resumes types and read models. */
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
      setText(item.firstElementChild, describe(pause));
      syncButtons(item.lastElementChild, [
        {
          action: 'resume',
          text: 'Resume',
          label: `Resume ${objectOf(pause)}`,
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

/** A pause concerns a type, all types, or a read model. */
const objectOf = ({ stage, name }) => {
  if (stage === 'projecting') {
    return `the read model ${name}`;
  }
  return name === 'all' ? 'all types' : `the type ${name}`;
};

/** Returns the object of a pause as the subject of a sentence, with the verb for one object or several. */
const subjectOf = (pause, one, several) => {
  const object = objectOf(pause);
  const isSeveral = pause.stage === 'publishing' && pause.name === 'all';
  return `${object[0].toUpperCase()}${object.slice(1)} ${isSeveral ? several : one}`;
};

const describe = (pause) =>
  `${subjectOf(pause, 'has', 'have')} been paused since ${instant(pause.at)} (${ago(pause.at)}) by ${pause.by}.` +
  ` The reason is: ${pause.reason}`;

function pausePublishing() {
  const type = byId('pause-type').value;
  const pause = { stage: 'publishing', name: type };
  const what = type === 'all' ? 'all events' : `events of the type ${type}`;
  const question = {
    title: `Pause ${objectOf(pause)}?`,
    text: `Publishers stop sending ${what} within two seconds. Writes continue, and the events wait in the outbox.`,
    action: `Pause ${objectOf(pause)}`,
    needsReason: true,
  };
  return ifConfirmed(question, async (reason) => {
    await call('POST', 'api/admin/publishing/pause', { body: { type, reason } });
    return `${subjectOf(pause, 'is', 'are')} paused.`;
  });
}

function pauseProjecting() {
  const model = byId('pause-model').value;
  const pause = { stage: 'projecting', name: model };
  const question = {
    title: `Pause ${objectOf(pause)}?`,
    text:
      `Projectors stop applying records to ${model} within two seconds.` +
      ' Reads continue, and their data becomes older.',
    action: `Pause ${objectOf(pause)}`,
    needsReason: true,
  };
  return ifConfirmed(question, async (reason) => {
    await call('POST', 'api/admin/projections/pause', { body: { model, reason } });
    return `${subjectOf(pause, 'is', 'are')} paused.`;
  });
}

async function resume(pause) {
  const { stage, name } = pause;
  if (stage === 'publishing') {
    await call('POST', 'api/admin/publishing/resume', { body: { type: name } });
  } else {
    await call('POST', 'api/admin/projections/resume', { body: { model: name } });
  }
  return `${subjectOf(pause, 'is', 'are')} resumed.`;
}
