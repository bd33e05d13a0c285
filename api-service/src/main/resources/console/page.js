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
  before.forEach((child) => child.remove());
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
  const numeric = [...table.tHead.rows[0].cells].map((head) => head.classList.contains('number'));
  const create = (item) => {
    const row = element('tr');
    cells(item).forEach((value, at) => {
      row.append(at === 0 ? element('th', { scope: 'row' }) : element('td', numeric[at] ? { class: 'number' } : {}));
    });
    if (actions) {
      row.append(element('td', { class: 'actions' }));
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
