/** Shows the progress, the outcome and the findings of a verify. */
import { isUnfinished } from './jobs.js';
import { byId, setText } from './page.js';
import { syncRows } from './tables.js';
import { duration, instant } from './texts.js';

/** A verify of all read models has this subject. */
export const ALL_MODELS = '*';

/** Returns the words that name the subject of a verify. */
export const nameOfSubject = (subject) => (subject === ALL_MODELS ? 'all read models' : subject);

const VERDICTS = { true: 'MongoDB is consistent with CockroachDB.', false: 'MongoDB differs from CockroachDB.' };
const UNKNOWN = 'The verify could not compare everything, so the consistency is unknown.';
const LISTS = {
  missing: 'Missing in MongoDB',
  stale: 'Older in MongoDB',
  extra: 'Only in MongoDB',
  different: 'Different content',
  wrongTotals: 'Wrong totals',
  broken: 'Broken documents',
};

export function showResult(job) {
  byId('verify-result').hidden = false;
  byId('verify-result').dataset.state = job.state;
  setText(byId('verify-outcome'), outcomeOf(job));
  const progress = byId('verify-progress');
  progress.hidden = !isUnfinished(job);
  if (job.total > 0) {
    progress.max = job.total;
    progress.value = job.done;
  } else {
    progress.removeAttribute('value');
  }
  showCounts(job);
  showFindings(job);
}

function outcomeOf(job) {
  const of = `The verify of ${job.subject === ALL_MODELS ? nameOfSubject(ALL_MODELS) : nameOf(job)}`;
  if (isUnfinished(job)) {
    return `${of} is ${job.state}. ${job.waitsFor ?? ''}`;
  }
  const verdict = job.state === 'done' ? verdictOf(job) : `The job is ${job.state}.`;
  const took = job.startedAt === null ? '' : ` It took ${duration((new Date(job.finishedAt) - new Date(job.startedAt)) / 1000)}.`;
  return `${of} ended at ${instant(job.finishedAt)}.${took} ${verdict}${verdictsByModel(job)} ${job.error ?? ''}`;
}

const nameOf = ({ model, subject, generation }) =>
  `${model ?? subject}${generation === undefined ? '' : ` (generation ${generation})`}`;

const verdictOf = ({ consistent }) => VERDICTS[consistent] ?? UNKNOWN;

/** Returns a sentence about each read model, if the verify of all read models is done. */
function verdictsByModel(job) {
  const verified = (job.models ?? []).map((one) => ` ${nameOf(one)}: ${verdictOf(one)}`);
  const notVerified = (job.notVerified ?? []).map((one) => ` ${one.model} was not verified: ${one.reason}`);
  return job.state === 'done' ? [...verified, ...notVerified].join('') : '';
}

function showCounts(job) {
  const rows = [
    ['compared', 'Compared', job.compared],
    ...Object.entries(LISTS).map(([name, label]) => [name, label, job.counts?.[name]]),
    ['unsettled', 'Unsettled', job.unsettled],
    ['repaired', 'Repaired', job.repaired],
    ['repairsPending', 'Repairs in progress', job.repairsPending],
    ['notRepaired', 'Not repaired', job.notRepaired],
  ].filter(([, , value]) => value !== undefined);
  syncRows(byId('verify-counts'), rows, { key: ([name]) => name, cells: ([, label, value]) => [label, String(value)] });
}

function showFindings(job) {
  const found = Object.entries(LISTS).flatMap(([name, label]) =>
    (job[name] ?? []).map((entry, at) => ({
      id: `${name}/${at}`,
      label: entry.model === undefined ? label : `${label} (${entry.model})`,
      ...describe(name, entry),
    })),
  );
  byId('verify-findings').parentElement.hidden = found.length === 0;
  syncRows(byId('verify-findings'), found, {
    key: (one) => one.id,
    cells: (one) => [one.label, one.object, one.detail],
  });
}

function describe(name, entry) {
  if (name === 'broken') {
    return { object: entry.document, detail: entry.message ?? '' };
  }
  if (name === 'wrongTotals') {
    const excess = Object.entries(entry.tooMuch ?? {}).map(([field, value]) => `${field} ${value}`);
    return { object: `${entry.id} of user ${entry.userId}`, detail: `Excess: ${excess.join(', ')}` };
  }
  return {
    object: `${entry.type} ${entry.id}`,
    detail: `CockroachDB has version ${entry.version}, MongoDB has version ${entry.mirrorVersion}.`,
  };
}
