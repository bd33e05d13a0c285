/**
 * Requires a confirmation by the operator before an action that discards, cancels, pauses, rebuilds, activates,
 * activates again, aborts or repairs something, replays a group, or emits snapshots.
 */
import { byId, setText } from './page.js';

/**
 * Does the work if the operator confirms it, and returns null if the operator cancels.
 *
 * @param question `title` and `text` state what will happen, `action` is the text of the button that does it, and
 *     `needsReason` is whether the operator must enter a reason
 * @param work accepts the reason, and returns the sentence that states the result
 */
export async function ifConfirmed(question, work) {
  const reason = await requestReason(question);
  return reason === null ? null : work(reason);
}

/** Returns the reason, which is empty if none is needed, or null if the operator cancels. */
function requestReason({ title, text, action, needsReason = false }) {
  const dialog = byId('confirmation');
  const form = byId('confirmation-form');
  const reason = byId('confirmation-reason');
  setText(byId('confirmation-title'), title);
  setText(byId('confirmation-text'), text);
  setText(byId('confirmation-do'), action);
  byId('confirmation-why').hidden = !needsReason;
  reason.required = needsReason;
  reason.value = '';
  reason.setCustomValidity('');
  return new Promise((resolve) => {
    let answer = null;
    form.onsubmit = (event) => {
      event.preventDefault();
      const entered = reason.value.trim();
      if (needsReason && entered === '') {
        reason.setCustomValidity('Enter a reason that other operators understand.');
        reason.reportValidity();
        return;
      }
      answer = entered;
      dialog.close();
    };
    reason.oninput = () => reason.setCustomValidity('');
    byId('confirmation-cancel').onclick = () => dialog.close();
    dialog.onclose = () => {
      empty();
      resolve(answer);
    };
    dialog.showModal();
    byId(needsReason ? 'confirmation-reason' : 'confirmation-cancel').focus();
  });
}

/** Cancels the open question, and removes it from the page. */
export function clear() {
  byId('confirmation').close();
  empty();
}

/** Removes the question, because it may contain data that a later token may not read. */
function empty() {
  for (const id of ['confirmation-title', 'confirmation-text', 'confirmation-do']) {
    setText(byId(id), '');
  }
  byId('confirmation-reason').value = '';
}
