/**
 * Builds and updates elements. Text from the service is only ever set as text, because names, reasons and payloads come
 * from people and programs that may be hostile.
 */
import { ago, instant, time } from './texts.js';

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
 * document. A moved element would lose the focus, so the other children move around the one that has it.
 */
export function syncChildren(parent, items, key, create, update) {
  const ids = items.map((item) => String(key(item)));
  const wanted = new Set(ids);
  const present = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  for (const [id, child] of present) {
    if (!wanted.has(id)) {
      removeWithFocus(child);
    }
  }
  let next = parent.firstElementChild;
  items.forEach((item, at) => {
    let child = present.get(ids[at]);
    present.delete(ids[at]);
    if (!child) {
      child = create(item);
      child.dataset.id = ids[at];
    }
    update(child, item);
    next = place(parent, child, next);
  });
}

/** Puts a child before another one, and returns the child that follows. */
function place(parent, child, next) {
  if (child.contains(document.activeElement)) {
    while (next !== child) {
      const later = next;
      next = later.nextElementSibling;
      parent.append(later);
    }
  } else if (next !== child) {
    parent.insertBefore(child, next);
    return next;
  }
  return child.nextElementSibling;
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

/** Shows a time, and how long ago it was. */
export const when = (value) =>
  element('time', { datetime: value }, instant(value), element('span', { class: 'ago' }, ` ${ago(value)}`));

/** Makes the page show the present age of each time that `when` showed. */
export function updateAges() {
  for (const shown of document.querySelectorAll('time > .ago')) {
    setText(shown, ` ${ago(shown.parentElement.dateTime)}`);
  }
}

/** Shows the table of a section, or the sentence that it has no items. */
export function showEmpty(section, isEmpty) {
  section.querySelector('.empty').hidden = !isEmpty;
  const scroll = section.querySelector('.scroll');
  if (scroll) {
    scroll.hidden = isEmpty;
  }
}

/** Marks the values of a section as stale since a time, or removes the mark if the time is null. */
export function markStale(section, since) {
  let note = section.querySelector('.stale-note');
  if (since === null) {
    delete section.dataset.stale;
    note?.remove();
    return;
  }
  section.dataset.stale = 'true';
  if (!note) {
    note = element('p', { class: 'stale-note' });
    section.querySelector('h2').after(note);
  }
  setText(note, `These values have been stale since ${time(since)}.`);
}

/** Removes the data that a section shows. */
export function emptySection(section) {
  section.removeAttribute('aria-busy');
  delete section.dataset.loadedAt;
  markStale(section, null);
  for (const content of section.querySelectorAll('tbody, ol, ul, p[id], .as-of, .load-problem, #models, #timeline-result')) {
    content.replaceChildren();
  }
  for (const shown of section.querySelectorAll('.empty, .chart, :scope > .scroll')) {
    shown.hidden = shown.matches('.empty') || !section.matches('.live');
  }
}

/**
 * Makes a select offer these values, and keeps the chosen one if it is among them.
 *
 * @param nameOf returns the text of a value
 */
export function syncOptions(select, values, nameOf = String) {
  const present = [...select.options].map((option) => option.value);
  if (present.join('\n') !== values.join('\n')) {
    const chosen = select.value;
    select.replaceChildren(...values.map((value) => element('option', { value }, nameOf(value))));
    if (values.includes(chosen)) {
      select.value = chosen;
    }
  }
}
