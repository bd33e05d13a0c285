/** Calls the REST interface of the service from which this page was loaded. */
import { authorized, expiry, hasToken } from './token.js';

const BASE = new URL('../../', import.meta.url);
const TIMEOUT_MS = 20_000;

export const address = (path) => new URL(path, BASE);

/** Returns the roles that permit a call. */
function rolesOf(method, path) {
  if (path.startsWith('api/admin/users')) {
    return 'admin';
  }
  if (path.startsWith('api/admin/') || path.startsWith('api/backup/')) {
    return method === 'GET' ? 'admin or operator-read' : 'admin';
  }
  return path.startsWith('api/health/') ? 'user, admin or operator-read' : 'user or admin';
}

/** Returns the sentences that explain a response that is not a success. */
export async function explain(method, path, response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // The status alone explains the failure.
  }
  const call = `${method} /${path}`;
  const need = `${call} needs the role ${rolesOf(method, path)}.`;
  if (response.status === 401) {
    const rejection = hasToken() ? 'The service did not accept the token' : 'The service requires a token';
    return `${expiry() ?? rejection} (401). ${need} Enter a valid token under Access.`;
  }
  if (response.status === 403 && String(problem.type).endsWith('/forbidden')) {
    return `The token lacks a role (403). ${need}`;
  }
  const fields = (problem.errors ?? []).map((error) => ` ${error.field} ${error.message}.`).join('');
  return `${problem.title ?? 'The call failed'} (${response.status}). ${problem.detail ?? call}${fields}`;
}

/**
 * Calls an endpoint and returns its JSON, or null if the response has no body.
 *
 * @param path the path without a leading slash, in which each variable part is encoded
 * @throws Error if the service does not answer or rejects the call; its message names the call, the fault and the
 *     remedy, and its `status` is the status of a rejection
 */
export async function call(method, path, options) {
  return (await send(method, path, options)).body;
}

/** Calls an endpoint whose page is an array, and returns the items and the cursor of the next page. */
export async function callForPage(path, query) {
  const { headers, body } = await send('GET', path, { query });
  return { items: body, nextCursor: headers.get('X-Next-Cursor') };
}

/** Sends a request, and returns the headers and the body of the response, which is a success. */
async function send(method, path, { query = {}, body } = {}) {
  const url = address(path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') {
      url.searchParams.set(name, value);
    }
  }
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  let response;
  let text;
  try {
    response = await fetch(url, {
      method,
      headers: authorized(json),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // The time limit also ends the transfer of a slow body. The body of an error is read in order to explain it.
    text = response.ok ? await response.text() : '';
  } catch {
    throw new Error(`The service did not answer ${method} /${path}. Check the connection, then retry.`);
  }
  if (!response.ok) {
    throw Object.assign(new Error(await explain(method, path, response)), { status: response.status });
  }
  return { headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}
