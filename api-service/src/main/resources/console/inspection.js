/** Shows a whole dead letter in a dialog. */
import { byId, setText } from './page.js';
import { syncRows } from './tables.js';

/** Opens the dialog. */
export function inspect({ letter, headers, value, valueBase64, detail }) {
  const dialog = byId('inspection');
  setText(byId('inspection-title'), `Dead letter ${letter.id}`);
  setText(byId('inspection-detail'), detail === letter.reason ? detail : `${letter.reason}: ${detail}`);
  setText(byId('inspection-payload'), payload(value, valueBase64));
  const named = headers.map((header, at) => ({ ...header, at }));
  byId('inspection-headers').parentElement.hidden = headers.length === 0;
  syncRows(byId('inspection-headers'), named, {
    key: (header) => header.at,
    cells: (header) => [header.name, header.value ?? 'none'],
  });
  byId('inspection-close').onclick = () => dialog.close();
  dialog.onclose = empty;
  dialog.showModal();
  byId('inspection-title').focus();
}

/** Closes the dialog, and removes the dead letter from it. */
export function clear() {
  byId('inspection').close();
  empty();
}

function empty() {
  for (const id of ['inspection-title', 'inspection-detail', 'inspection-payload']) {
    setText(byId(id), '');
  }
  byId('inspection-headers').tBodies[0].replaceChildren();
}

/** Returns a JSON payload with indentation, and any other payload unchanged. */
function payload(value, valueBase64) {
  if (value === null) {
    return valueBase64 === null ? 'The dead letter has no payload.' : `Base64: ${valueBase64}`;
  }
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
