/** Shows the result of an action, or the reason why it failed. */
import { byId, element, markStale, setText } from './page.js';
import { RequestOrder } from './request-order.js';
import { time } from './texts.js';

/**
 * A notice disappears after this time, because it covers a part of the page. The section "Audit: changes and reads by
 * operators" still lists a recorded change.
 */
const NOTICE_MS = 20_000;

/** This map holds the order of the loads of each section. */
const loads = new WeakMap();

let timer = 0;

export function showNotice(text) {
  byId('problem').replaceChildren();
  setText(byId('notice'), text);
  clearTimeout(timer);
  timer = setTimeout(() => setText(byId('notice'), ''), NOTICE_MS);
}

/** Shows a failure until the operator dismisses it or the next action has a result. */
function showProblem(failure) {
  setText(byId('notice'), '');
  const dismiss = element('button', { type: 'button', 'data-action': 'dismiss' }, 'Dismiss');
  dismiss.onclick = () => {
    byId('problem').replaceChildren();
    byId('content').focus();
  };
  byId('problem').replaceChildren(element('p', {}, failure.message), dismiss);
}

/**
 * Runs the action of a button and shows its result. The function does nothing while an earlier action of the button
 * runs. If the action removes or hides its button, the heading of the section gets the focus.
 *
 * @param work returns the sentence that states the result; nothing is shown if it returns null
 */
export async function act(button, work) {
  if (button.getAttribute('aria-busy') === 'true') {
    return;
  }
  const section = button.closest('section');
  button.setAttribute('aria-busy', 'true');
  try {
    const result = await work();
    if (result !== null) {
      showNotice(result);
    }
  } catch (failure) {
    showProblem(failure);
  } finally {
    button.removeAttribute('aria-busy');
    const isGone = !button.isConnected || button.offsetParent === null;
    if (isGone && document.activeElement === document.body) {
      section?.querySelector('h2')?.focus();
    }
  }
}

/**
 * Loads the data of a section, and shows in the section the time of the load, or the reason why it failed.
 *
 * @param load requests the data and shows it; its argument is a function that returns whether this load is the latest
 *     one
 */
export async function loadInto(section, load) {
  if (!loads.has(section)) {
    loads.set(section, new RequestOrder());
  }
  const isLatest = loads.get(section).begin();
  section.setAttribute('aria-busy', 'true');
  let problem = '';
  try {
    await load(isLatest);
  } catch (failure) {
    problem = failure.message;
  }
  if (isLatest()) {
    setText(section.querySelector('.load-problem'), problem);
    if (problem === '') {
      showLoadTime(section, Date.now());
    }
    section.removeAttribute('aria-busy');
  }
}

/**
 * Shows when the values of a section were loaded. If the console has no connection, it marks them as stale since that
 * time, even if the section had no values before.
 */
function showLoadTime(section, at) {
  section.dataset.loadedAt = at;
  setText(section.querySelector('.as-of'), `The console loaded these values at ${time(at)}.`);
  if (document.querySelector('section[data-stale]')) {
    markStale(section, at);
  }
}
