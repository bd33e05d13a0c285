/** Starts a verify, and follows it until it has ended. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import { isUnfinished } from './jobs.js';
import { act, loadInto } from './messages.js';
import { byId, syncOptions } from './page.js';
import { ALL_MODELS, nameOfSubject, showResult } from './verify-result.js';

const POLL_MS = 1_000;

let job = null;
/** This variable holds the id of the verify that the section follows, or null if the section follows none. */
let followed = null;
let timer = 0;

const button = (action) => byId('verify').querySelector(`[data-action=${action}]`);

export function start() {
  byId('verify-model').onchange = changeModel;
  button('verify').onclick = () => act(button('verify'), verify);
  button('repair').onclick = () => act(button('repair'), repair);
  button('cancel-verify').onclick = () => act(button('cancel-verify'), cancel);
}

export function show({ projections }) {
  if (projections?.length > 0) {
    const chosen = chosenModel();
    const models = projections.map((projection) => projection.model);
    syncOptions(byId('verify-model'), [...models, ALL_MODELS], nameOfSubject);
    if (chosenModel() !== chosen) {
      changeModel();
    }
  }
}

/** Returns the name of the chosen read model, or `*` for all of them. */
const chosenModel = () => byId('verify-model').value;

function changeModel() {
  byId('verify-result').hidden = true;
  load();
}

/** Follows no verify, and hides the result of the last one. */
export function clear() {
  followed = null;
  job = null;
  clearTimeout(timer);
  byId('verify-result').hidden = true;
}

/** Shows the newest verify of the chosen read model, which may be one of all read models. */
export function load() {
  const model = chosenModel();
  followed = null;
  clearTimeout(timer);
  return loadInto(byId('verify'), async (isLatest) => {
    const newest = await findNewest(model);
    if (isLatest() && newest !== null && followed === null && chosenModel() === model) {
      showJob(newest);
      followed = job.jobId;
      followLater();
    }
  });
}

/** Returns the newest verify of a read model or of all, or null if there is none. */
async function findNewest(model) {
  const subjects = [...new Set([model, ALL_MODELS])];
  const pages = await Promise.all(
    subjects.map((subject) => call('GET', 'api/admin/jobs', { query: { kind: 'verify', subject, limit: 1 } })),
  );
  const jobs = pages.flatMap(({ items }) => items);
  return jobs.reduce((newest, one) => (newest === null || one.createdAt > newest.createdAt ? one : newest), null);
}

async function verify() {
  const model = chosenModel();
  await begin(model, false);
  return `The service queued a verify of ${nameOfSubject(model)}.`;
}

function repair() {
  const model = chosenModel();
  const question = {
    title: `Verify and repair ${nameOfSubject(model)}?`,
    text:
      `A job compares CockroachDB with ${nameOfSubject(model)}. It corrects a difference by a snapshot or a delete in` +
      ' the outbox. It does not change a difference that no event can correct.',
    action: 'Verify and repair',
  };
  return ifConfirmed(question, async () => {
    await begin(model, true);
    return `The service queued a verify of ${nameOfSubject(model)} with repair.`;
  });
}

async function begin(model, withRepair) {
  // Without a model, the service verifies all read models.
  const body = { model: model === ALL_MODELS ? undefined : model, repair: withRepair };
  const { jobId } = await call('POST', 'api/admin/verify', { body });
  if (chosenModel() === model) {
    await follow(jobId);
  }
}

function cancel() {
  const { jobId } = job;
  const question = {
    title: 'Cancel this verify?',
    text: 'The verify ends before it is complete. Its findings and the repairs that it made remain.',
    action: 'Cancel the verify',
  };
  return ifConfirmed(question, async () => {
    await call('DELETE', pathOf(jobId));
    await follow(jobId);
    return 'The console requested the cancellation of the verify.';
  });
}

const pathOf = (id) => `api/admin/verify/${encodeURIComponent(id)}`;

/** Shows a verify until it has ended. A call that failed is retried, unless the service rejected it. */
async function follow(id) {
  followed = id;
  clearTimeout(timer);
  let rejected = false;
  await loadInto(byId('verify'), async (isLatest) => {
    try {
      const answer = await call('GET', pathOf(id));
      if (isLatest() && followed === id) {
        showJob(answer);
      }
    } catch (failure) {
      rejected = failure.status >= 400 && failure.status < 500;
      throw failure;
    }
  });
  if (followed === id && !rejected) {
    followLater();
  }
}

function followLater() {
  clearTimeout(timer);
  if (job?.jobId !== followed || isUnfinished(job)) {
    timer = setTimeout(() => follow(followed), POLL_MS);
  }
}

function showJob(shown) {
  job = shown;
  showResult(job);
  button('cancel-verify').hidden = !isUnfinished(job);
}
