/**
 * Builds and updates elements. Text from the service is only ever set as text, because names, reasons and payloads come
 * from people and programs that may be hostile.
 */

export const byId = (id) => document.getElementById(id);

/** Creates an element with attributes and children. A child is a node or a text. */
export function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      created.setAttribute(key, value === true ? '' : String(value));
    }
  }
  created.append(...children);
  return created;
}

/** Sets a text only if it differs, so that a screen reader does not announce an unchanged text again. */
export function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

/**
 * Makes the children of a parent correspond to the items. The child of an item that was present before stays in the
 * document, so that it keeps the focus.
 */
export function syncChildren(parent, items, key, create, update) {
  const before = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  items.forEach((item, at) => {
    const id = String(key(item));
    let child = before.get(id);
    before.delete(id);
    if (!child) {
      child = create(item);
      child.dataset.id = id;
    }
    update(child, item);
    if (parent.children[at] !== child) {
      parent.insertBefore(child, parent.children[at] ?? null);
    }
  });
  before.forEach(removeWithFocus);
}

/** Removes an element. If it has the focus, the heading of its section gets it. */
function removeWithFocus(removed) {
  const hasFocus = removed.contains(document.activeElement);
  const heading = removed.closest('section')?.querySelector('h2');
  removed.remove();
  if (hasFocus) {
    heading?.focus();
  }
}

/** Makes a cell contain a text or a node. */
export function fill(cell, value) {
  if (value instanceof Node) {
    if (cell.firstChild !== value) {
      cell.replaceChildren(value);
    }
  } else {
    setText(cell, String(value));
  }
}

/**
 * Makes the rows of a table correspond to the items. The first cell is the header of its row.
 *
 * @param options `key` identifies an item, `cells` returns its values, and `actions` returns its buttons as objects
 *     with `action`, `text`, `label` and `run`
 */
export function syncRows(table, items, { key, cells, actions }) {
  const heads = [...table.tHead.rows[0].cells];
  if (actions) {
    describeCards(table);
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

/**
 * Marks a table as one whose rows are cards on a narrow screen, so that its buttons stay visible. The styles of a card
 * would otherwise remove the roles of a table.
 */
function describeCards(table) {
  table.classList.add('cards');
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

/** Shows the table of a section, or the sentence that it has no items. */
export function showEmpty(section, isEmpty) {
  section.querySelector('.empty').hidden = !isEmpty;
  const scroll = section.querySelector('.scroll');
  if (scroll) {
    scroll.hidden = isEmpty;
  }
}

/** Makes a select offer these values, and keeps the chosen one if it is among them. */
export function syncOptions(select, values) {
  const present = [...select.options].map((option) => option.value);
  if (present.join('\n') !== values.join('\n')) {
    const chosen = select.value;
    select.replaceChildren(...values.map((value) => element('option', { value }, value)));
    if (values.includes(chosen)) {
      select.value = chosen;
    }
  }
}
