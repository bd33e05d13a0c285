/** Starts the jobs that emit snapshots of many aggregates. */
import { call } from './api.js';
import { ifConfirmed } from './dialog.js';
import * as jobs from './jobs.js';
import { act } from './messages.js';
import { byId } from './page.js';
import { instant } from './texts.js';

export function start() {
  const form = byId('snapshots-form');
  const emission = form.querySelector('[data-action=emit-snapshots]');
  const backup = byId('snapshots').querySelector('[data-action=full-backup]');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(emission, emitSelection);
  });
  backup.onclick = () => act(backup, startBackup);
}

/** Removes what the operator entered. */
export const clear = () => byId('snapshots-form').reset();

/** Returns the selection that the texts which are not empty describe. A time is in the time zone of the browser. */
export function selectionOf({ type, userId, changedFrom, changedTo }) {
  const time = (local) => (local === '' ? '' : new Date(local).toISOString());
  const named = { type, userId: userId.trim(), changedFrom: time(changedFrom), changedTo: time(changedTo) };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ''));
}

/** Returns the words that describe the aggregates of a selection. */
export function describe({ type, userId, changedFrom, changedTo }) {
  const parts = [
    type && `of the type ${type}`,
    userId && `of the user ${userId}`,
    changedFrom && `whose last change was at ${instant(changedFrom)} or later`,
    changedTo && `whose last change was before ${instant(changedTo)}`,
  ];
  return `each aggregate ${parts.filter(Boolean).join(', ')}`;
}

async function emitSelection() {
  const selection = selectionOf({
    type: byId('snapshots-type').value,
    userId: byId('snapshots-user').value,
    changedFrom: byId('snapshots-from').value,
    changedTo: byId('snapshots-to').value,
  });
  if (Object.keys(selection).length === 0) {
    throw new Error('Choose a type, or enter a user id or a time. A full backup emits a snapshot of every aggregate.');
  }
  const question = {
    title: 'Emit these snapshots?',
    text: `A job emits a snapshot of ${describe(selection)}. It waits while many of its snapshots are pending.`,
    action: 'Emit these snapshots',
  };
  return ifConfirmed(question, () => submit('api/admin/snapshots', selection));
}

function startBackup() {
  const question = {
    title: 'Start a full backup?',
    text: 'A job emits a snapshot of every aggregate. It waits while many of its snapshots are pending.',
    action: 'Start the full backup',
  };
  return ifConfirmed(question, () => submit('api/backup/full'));
}

/** Submits a job, and makes the list of jobs show it. */
async function submit(path, body) {
  const { jobId } = await call('POST', path, { body });
  await jobs.loadAll();
  return `Job ${jobId} emits the snapshots. The section "Jobs" shows its progress.`;
}
