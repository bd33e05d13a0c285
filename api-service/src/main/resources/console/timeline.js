/** Shows what operators did, newest first. */
import { call } from './api.js';
import { act, loadInto } from './messages.js';
import { byId, element, setText, showEmpty, syncChildren } from './page.js';
import { instant } from './texts.js';

const PAGE_SIZE = 10;

/** The list shows at most this many changes, so that the page stays small. */
const MAX_SHOWN = 200;

let shown = [];
let nextCursor = null;

const more = () => byId('timeline').querySelector('[data-action=more]');

export function start() {
  byId('timeline').querySelector('[data-action=refresh]').onclick = load;
  more().onclick = () =>
    act(more(), async () => {
      shown = [...shown, ...(await loadPage(nextCursor, PAGE_SIZE))];
      showChanges();
      return null;
    });
}

/** Returns the detail of a change as text, which is empty if the change has none. */
const detailOf = ({ detail }) => (Object.keys(detail ?? {}).length === 0 ? '' : JSON.stringify(detail));

export const load = () =>
  loadInto(byId('timeline'), async () => {
    shown = await loadPage(null, Math.min(MAX_SHOWN, Math.max(PAGE_SIZE, shown.length)));
    showChanges();
  });

async function loadPage(cursor, limit) {
  const page = await call('GET', 'api/admin/audit', { query: { limit, cursor } });
  nextCursor = page.nextCursor;
  return page.items;
}

function showChanges() {
  syncChildren(
    byId('audit-list'),
    shown,
    (change) => change.id,
    (change) =>
      element(
        'li',
        {},
        element('time', { datetime: change.at }, instant(change.at)),
        element('strong', {}, change.action),
        element('span', { class: 'target' }, change.target),
        element('span', { class: 'actor' }, `by ${change.actor}`),
        element('code'),
      ),
    (item, change) => setText(item.lastElementChild, detailOf(change)),
  );
  showEmpty(byId('timeline'), shown.length === 0);
  more().hidden = nextCursor === null || shown.length >= MAX_SHOWN;
}
