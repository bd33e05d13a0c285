/** Shows the audit: the changes and the reads of personal data by operators, newest first. */
import { call } from './api.js';
import { loadInto } from './messages.js';
import { byId, element, setText, showEmpty, syncChildren, when } from './page.js';
import { PagedList } from './paging.js';

let list;

export function start() {
  const section = byId('changes');
  section.querySelector('[data-action=refresh]').onclick = load;
  list = new PagedList(section.querySelector('[data-action=more]'), {
    pageSize: 10,
    fetch: (query) => call('GET', 'api/admin/audit', { query }),
    show: showChanges,
  });
}

export const clear = () => list.clear();

export const load = () => loadInto(byId('changes'), () => list.reload());

function showChanges(changes) {
  syncChildren(byId('audit-list'), changes, (change) => change.id, create, update);
  showEmpty(byId('changes'), changes.length === 0);
}

const create = (change) =>
  element(
    'li',
    {},
    when(change.at),
    element('strong', {}, change.action),
    element('span', { class: 'target' }, change.target),
    element('span', { class: 'actor' }, `by ${change.actor}`),
    element('span', { class: 'detail' }),
  );

/** The detail of an entry changes, because the service records the outcome of a change after its start. */
const update = (item, change) => setText(item.querySelector('.detail'), describe(change.detail));

/** Returns the fields of a detail as text, which is empty if it has none. */
const describe = (detail) =>
  Object.entries(detail ?? {})
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
