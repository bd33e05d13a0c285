/** Connects the sections of the page with the stream. */
import { showNotice } from './messages.js';
import { byId, emptySection, markStale, setText, updateAges } from './page.js';
import { outdateAll } from './request-order.js';
import { StatusStream } from './stream.js';
import { setServiceTime, time } from './texts.js';
import { access, describeToken, setToken } from './token.js';
import * as analytics from './analytics.js';
import * as changes from './changes.js';
import * as deadLetters from './dead-letters.js';
import * as dialog from './dialog.js';
import * as jobs from './jobs.js';
import * as lag from './lag.js';
import * as leaderboard from './leaderboard.js';
import * as navigation from './navigation.js';
import * as pausing from './pausing.js';
import * as pipeline from './pipeline.js';
import * as publishers from './publishers.js';
import * as rebuilds from './rebuilds.js';
import * as snapshots from './snapshots.js';
import * as stuck from './stuck.js';
import * as timeline from './timeline.js';
import * as trends from './trends.js';
import * as users from './users.js';
import * as verify from './verify.js';

/** These parts of the page show each status of the stream. */
const LIVE = [navigation, pipeline, trends, lag, publishers, pausing, rebuilds, verify];

/** These sections load their data when the first status arrives, and again after a change of the token. */
const LOADED = [stuck, deadLetters, verify, jobs, changes, leaderboard, analytics];

const SECTIONS = [...new Set([...LIVE, ...LOADED, users, snapshots, timeline])];

/** These sections load their data again at this interval while the page is visible and the stream is live. */
const REFRESHED = [stuck, deadLetters, jobs, changes];
const REFRESH_MS = 10_000;
const AGE_MS = 2_000;

let loaded = false;

/** This flag is true until a status of the present token arrives. */
let isEmpty = true;

function showAccess() {
  setText(byId('access-state'), describeToken());
}

function showState({ state, reason, lastStatus }) {
  document.body.dataset.connection = state;
  const last = lastStatus === null ? 'No status has arrived yet.' : `The last status arrived at ${time(lastStatus)}.`;
  const texts = {
    live: `The data is current. ${last}`,
    stale: `The data is stale. ${reason} ${last} The console reconnects automatically.`,
    denied: `The status stream needs the role admin or operator-read. ${reason}`,
  };
  const connection = byId('connection');
  // A screen reader announces a change of the state, but not the time of each status.
  connection.setAttribute('aria-live', state === 'live' && connection.dataset.state === 'live' ? 'off' : 'polite');
  connection.dataset.state = state;
  setText(connection, texts[state]);
  if (state !== 'live') {
    navigation.showTitle(state);
  }
  if (state === 'denied') {
    byId('access').open = true;
    loaded = false;
    showAccess();
  }
  markAllStale(state === 'live' || isEmpty ? null : lastStatus);
}

/** Marks each section that shows values as stale since a time, or removes the marks if the time is null. */
function markAllStale(since) {
  navigation.markStale(since !== null);
  for (const section of document.querySelectorAll('section.live, section[data-loaded-at]')) {
    markStale(section, since === null ? null : Math.max(since, section.dataset.loadedAt ?? 0));
  }
}

function showStatus(status) {
  isEmpty = false;
  setServiceTime(status.at);
  LIVE.forEach((section) => section.show(status));
  if (!loaded) {
    loaded = true;
    LOADED.forEach((section) => section.load());
  }
}

/** Removes all data of the former token. A section that holds data outside the document has a function for this. */
function empty() {
  outdateAll();
  isEmpty = true;
  document.querySelectorAll('main section').forEach(emptySection);
  SECTIONS.forEach((section) => section.clear?.());
  dialog.clear();
}

function refresh() {
  if (loaded && document.visibilityState === 'visible' && document.body.dataset.connection === 'live') {
    REFRESHED.forEach((section) => section.load());
  }
}

byId('access-form').addEventListener('submit', (event) => {
  event.preventDefault();
  setToken(byId('token').value.trim());
  byId('token').value = '';
  showNotice('The console uses this token until the tab is closed.');
});
byId('token-forget').addEventListener('click', () => {
  byId('token').value = '';
  setToken('');
  showNotice('The console removed the token.');
});
access.addEventListener('change', () => {
  loaded = false;
  empty();
  showAccess();
});
SECTIONS.forEach((section) => section.start());
showAccess();
setInterval(refresh, REFRESH_MS);
setInterval(updateAges, AGE_MS);
new StatusStream(showStatus, showState).start();
