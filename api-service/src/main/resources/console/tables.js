/** Fills tables with rows, and rows with buttons. */
import { element, setText, syncChildren } from './page.js';

/**
 * Makes the rows of a table correspond to the items. The first cell is the header of its row.
 *
 * @param options `key` identifies an item, `cells` returns its values, and `actions` returns its buttons as objects
 *     with `action`, `text`, `label` and `run`
 */
export function syncRows(table, items, { key, cells, actions }) {
  const heads = [...table.tHead.rows[0].cells];
  if (table.classList.contains('cards')) {
    keepRoles(table);
  }
  const create = (item) => {
    const row = element('tr', { role: 'row' });
    cells(item).forEach((value, at) => {
      const name = at === 0 ? 'th' : 'td';
      const scope = at === 0 ? 'row' : null;
      const role = at === 0 ? 'rowheader' : 'cell';
      row.append(element(name, { scope, role, class: heads[at].className || null, 'data-label': heads[at].textContent }));
    });
    if (actions) {
      row.append(element('td', { role: 'cell', class: 'actions' }));
    }
    return row;
  };
  const update = (row, item) => {
    cells(item).forEach((value, at) => fill(row.cells[at], value));
    if (actions) {
      syncButtons(row.cells[row.cells.length - 1], actions(item));
    }
  };
  syncChildren(table.tBodies[0], items, key, create, update);
}

/** Makes a cell contain a text or a node, and changes nothing if the cell shows it already. */
function fill(cell, value) {
  if (!(value instanceof Node)) {
    setText(cell, String(value));
  } else if (!cell.firstChild?.isEqualNode(value)) {
    cell.replaceChildren(value);
  }
}

/**
 * On a narrow screen, the rows of a table of the class `cards` are cards. Without explicit roles, the styles of a card
 * remove the roles of the table and its cells.
 */
function keepRoles(table) {
  table.setAttribute('role', 'table');
  [table.tHead, table.tBodies[0]].forEach((group) => group.setAttribute('role', 'rowgroup'));
  table.tHead.rows[0].setAttribute('role', 'row');
  [...table.tHead.rows[0].cells].forEach((head) => head.setAttribute('role', 'columnheader'));
}

/** Makes the buttons of an element correspond to the actions. */
export function syncButtons(parent, actions) {
  syncChildren(
    parent,
    actions,
    (one) => one.action,
    (one) => element('button', { type: 'button', 'data-action': one.action, class: one.danger ? 'danger' : null }),
    (button, one) => {
      setText(button, one.text);
      if (one.label) {
        button.setAttribute('aria-label', one.label);
      }
      button.onclick = () => one.run(button);
    },
  );
}
