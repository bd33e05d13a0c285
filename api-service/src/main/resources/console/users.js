/** Finds users by a part of their name, username or e-mail address, and enters their ids in other sections. */
import { call } from './api.js';
import { loadInto } from './messages.js';
import { byId, emptySection, showEmpty } from './page.js';
import { PagedList } from './paging.js';
import { syncRows } from './tables.js';

/** These fields of other sections accept the id of a user. */
const FIELDS = [
  { input: 'timeline-id', action: 'Enter in Timeline' },
  { input: 'snapshots-user', action: 'Enter in Snapshots' },
  { input: 'analytics-user', action: 'Enter in Analytics' },
];

let list;
let text = '';

export function start() {
  const section = byId('users');
  byId('users-form').addEventListener('submit', (event) => {
    event.preventDefault();
    find();
  });
  list = new PagedList(section.querySelector('[data-action=more]'), {
    pageSize: 10,
    fetch: (query) => call('GET', 'api/admin/users', { query: { text, ...query } }),
    show: showUsers,
  });
}

/** Removes what the operator entered, because it may be personal data. */
export function clear() {
  byId('users-form').reset();
  text = '';
  list.clear();
}

/** Each search leaves an audit row, so only an operator's action loads the users. */
function find() {
  text = byId('users-text').value.trim();
  list.clear();
  emptySection(byId('users'));
  loadInto(byId('users'), () => list.open());
}

/** A page may be empty although a next one exists, because the service reads a limited number of users for a page. */
function showUsers(users, nextCursor) {
  syncRows(byId('user-table'), users, {
    key: (user) => user.id,
    cells: (user) => [user.name, user.username ?? '', user.email, user.id],
    actions,
  });
  showEmpty(byId('users'), users.length === 0 && nextCursor === null);
}

const actions = (user) =>
  FIELDS.map(({ input, action }) => ({
    action: input,
    text: action,
    label: `${action} the id of ${user.name}`,
    run: () => {
      byId(input).value = user.id;
      byId(input).focus();
    },
  }));
