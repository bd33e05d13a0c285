/** Lists the jobs of all states or of one state, with their progress, and cancels them. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import { act, loadInto } from './messages.js';
import { byId, element, emptySection, setText, showEmpty, when } from './page.js';
import { PagedList } from './paging.js';
import { syncRows } from './tables.js';
import { number } from './texts.js';

let list;

/** Returns whether a job is queued or runs. */
export const isUnfinished = (job) => job.state === 'queued' || job.state === 'running';

export function start() {
  const section = byId('jobs');
  section.querySelector('[data-action=refresh]').onclick = load;
  byId('jobs-state').onchange = open;
  list = new PagedList(section.querySelector('[data-action=more]'), {
    pageSize: 10,
    fetch: (query) => call('GET', 'api/admin/jobs', { query: { state: chosenState(), ...query } }),
    show: showJobs,
  });
}

export const clear = () => list.clear();

export const load = () => loadInto(byId('jobs'), () => list.reload());

const chosenState = () => byId('jobs-state').value;

/** Shows the first jobs of the chosen state, and removes the jobs of the former one at once. */
function open() {
  list.clear();
  emptySection(byId('jobs'));
  return loadInto(byId('jobs'), () => list.open());
}

/** Loads the jobs of all states, among which are the newest ones. */
export function loadAll() {
  if (chosenState() === '') {
    return load();
  }
  byId('jobs-state').value = '';
  return open();
}

function showJobs(jobs) {
  syncRows(byId('job-table'), jobs, {
    key: (job) => job.jobId,
    cells: (job) => [job.kind, job.subject, job.state, progress(job), when(job.createdAt), job.error ?? job.waitsFor ?? ''],
    actions: (job) => (job.cancellable ? [cancellation(job)] : []),
  });
  const state = chosenState();
  setText(byId('jobs').querySelector('.empty'), state === '' ? 'There is no job.' : `No job has the state ${state}.`);
  showEmpty(byId('jobs'), jobs.length === 0);
}

function progress(job) {
  const text = job.total === null ? number(job.done) : `${number(job.done)} of ${number(job.total)}`;
  if (!isUnfinished(job) || !(job.total > 0)) {
    return text;
  }
  const bar = element('progress', { max: job.total, value: job.done, 'aria-label': `Progress of job ${job.jobId}` });
  return element('div', {}, bar, ` ${text}`);
}

const cancellation = (job) => ({
  action: 'cancel',
  text: 'Cancel job',
  danger: true,
  label: `Cancel job ${job.jobId}`,
  run: (button) => act(button, () => cancel(job)),
});

function cancel(job) {
  const question = {
    title: 'Cancel this job?',
    text: `The job ${job.kind} ${job.subject} ends at its next step. The effects of its completed steps remain.`,
    action: 'Cancel the job',
  };
  return ifConfirmed(question, async () => {
    await call('DELETE', `api/admin/jobs/${encodeURIComponent(job.jobId)}`);
    await load();
    return `The console requested the cancellation of job ${job.jobId}.`;
  });
}
