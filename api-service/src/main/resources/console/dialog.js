/** Asks the operator before an action that removes, replays, pauses or switches something. */
import { byId, setText } from './page.js';

/**
 * Asks whether to act, and returns null if the operator cancels.
 *
 * @param question `title` and `text` state what will happen, `action` is the text of the button that does it, and
 *     `needsReason` is whether the operator must enter a reason
 * @return an object with the reason, or null
 */
export function confirm({ title, text, action, needsReason = false }) {
  const dialog = byId('confirmation');
  const form = byId('confirmation-form');
  const reason = byId('confirmation-reason');
  setText(byId('confirmation-title'), title);
  setText(byId('confirmation-text'), text);
  setText(byId('confirmation-do'), action);
  byId('confirmation-why').hidden = !needsReason;
  reason.required = needsReason;
  reason.value = '';
  return new Promise((resolve) => {
    let answer = null;
    form.onsubmit = (event) => {
      event.preventDefault();
      answer = { reason: reason.value.trim() };
      if (needsReason && answer.reason === '') {
        answer = null;
        reason.setCustomValidity('Enter a reason that other operators understand.');
        reason.reportValidity();
        return;
      }
      dialog.close();
    };
    reason.oninput = () => reason.setCustomValidity('');
    byId('confirmation-cancel').onclick = () => dialog.close();
    dialog.onclose = () => resolve(answer);
    dialog.showModal();
    byId(needsReason ? 'confirmation-reason' : 'confirmation-cancel').focus();
  });
}
