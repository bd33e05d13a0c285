/** Shows in the navigation, and in the title of the tab, which sections need attention. */
import { setText } from './page.js';
import { MAX_COUNTED, MAX_STUCK, number } from './texts.js';

const TITLE = 'StudyBuddy console';

export function start() {}

export function show({ health, stuckEvents }) {
  const { failedEvents, deadLetters } = health.sync;
  showCount('stuck', stuckEvents ?? 0, MAX_STUCK);
  showCount('dead-letters', (failedEvents ?? 0) + (deadLetters ?? 0), MAX_COUNTED);
  showCount('pausing', (health.paused.publishing?.length ?? 0) + (health.paused.projecting?.length ?? 0));
  showTitle(health.status === 'healthy' ? '' : health.status);
}

/** Shows no counts and no state. */
export function clear() {
  ['stuck', 'dead-letters', 'pausing'].forEach((section) => showCount(section, 0));
  showTitle('');
}

/** Marks the counts as stale, or removes the marks. */
export function markStale(isStale) {
  document.querySelectorAll('nav a[data-count]').forEach((link) => showText(link, isStale));
}

/** Names a state in the title of the tab, unless it is empty. */
export function showTitle(state) {
  document.title = state === '' ? TITLE : `${state[0].toUpperCase()}${state.slice(1)}: ${TITLE}`;
}

function showCount(section, items, limit = Infinity) {
  const link = document.querySelector(`nav a[href='#${section}']`);
  link.dataset.name ??= link.textContent;
  link.dataset.count = items === 0 ? '' : `${number(items)}${items >= limit ? '+' : ''}`;
  showText(link, false);
}

function showText(link, isStale) {
  const { name, count } = link.dataset;
  setText(link, count === '' ? name : `${name} (${count}${isStale ? ', stale' : ''})`);
}
