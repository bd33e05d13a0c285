/** Lists jobs with their progress, and cancels them. */
import { call } from './api.js';
import { confirm } from './dialog.js';
import { act, loadInto } from './messages.js';
import { byId, element, showEmpty, syncRows } from './page.js';
import { instant, number } from './texts.js';

const PAGE_SIZE = 10;

/** The list shows at most this many jobs, so that the page stays small. */
const MAX_SHOWN = 200;

let shown = [];
let nextCursor = null;

const more = () => byId('jobs').querySelector('[data-action=more]');
const isUnfinished = (job) => job.state === 'queued' || job.state === 'running';

export function start() {
  byId('jobs').querySelector('[data-action=refresh]').onclick = load;
  more().onclick = () =>
    act(more(), async () => {
      shown = [...shown, ...(await loadPage(nextCursor, PAGE_SIZE))];
      showJobs();
      return null;
    });
}

export const load = () =>
  loadInto(byId('jobs'), async () => {
    shown = await loadPage(null, Math.min(MAX_SHOWN, Math.max(PAGE_SIZE, shown.length)));
    showJobs();
  });

async function loadPage(cursor, limit) {
  const page = await call('GET', 'api/admin/jobs', { query: { limit, cursor } });
  nextCursor = page.nextCursor;
  return page.items;
}

function showJobs() {
  syncRows(byId('job-table'), shown, {
    key: (job) => job.jobId,
    cells: (job) => [job.kind, job.subject, job.state, progress(job), instant(job.createdAt), remark(job)],
    actions: (job) => (isUnfinished(job) ? [cancellation(job)] : []),
  });
  showEmpty(byId('jobs'), shown.length === 0);
  more().hidden = nextCursor === null || shown.length >= MAX_SHOWN;
}

function progress(job) {
  const text = job.total === null ? number(job.done) : `${number(job.done)} of ${number(job.total)}`;
  if (!isUnfinished(job) || !(job.total > 0)) {
    return text;
  }
  const bar = element('progress', { max: job.total, value: job.done, 'aria-label': `Progress of job ${job.jobId}` });
  return element('div', {}, bar, ` ${text}`);
}

const remark = (job) => job.error ?? job.waitsFor ?? '';

const cancellation = (job) => ({
  action: 'cancel',
  text: 'Cancel job',
  danger: true,
  label: `Cancel job ${job.jobId}`,
  run: (button) => act(button, () => cancel(job)),
});

async function cancel(job) {
  const answer = await confirm({
    title: 'Cancel this job?',
    text: `The job ${job.kind} ${job.subject} ends at its next step. The steps that it has done stay done.`,
    action: 'Cancel the job',
  });
  if (answer === null) {
    return null;
  }
  await call('DELETE', `api/admin/jobs/${encodeURIComponent(job.jobId)}`);
  await load();
  return `The cancellation of job ${job.jobId} is requested.`;
}
