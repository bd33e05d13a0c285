/** Draws the symbols that the page defines. A symbol repeats in a shape what the text next to it states. */
import { element, setText } from './page.js';

const SVG = 'http://www.w3.org/2000/svg';

/** Draws the symbol with this id. A screen reader ignores it. */
export function symbol(id, className) {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('class', className);
  picture.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#${id}`);
  picture.append(use);
  return picture;
}

/** Shows a state (ok, warn, bad, paused or unknown) by its symbol, its colour and a text. */
export function badge(state, text) {
  const shown = element('span', { class: 'badge' }, symbol('', 'mark'), element('span'));
  updateBadge(shown, state, text);
  return shown;
}

/** Makes a badge show a state. */
export function updateBadge(shown, state, text) {
  shown.dataset.state = state;
  shown.querySelector('use').setAttribute('href', `#mark-${state}`);
  setText(shown.lastElementChild, text);
}
