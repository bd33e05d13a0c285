/** Keeps the operator's token for this tab, and reads what the token states. Only the service verifies it. */
import { ago, instant } from './texts.js';

const STORED = 'studybuddy.token';

/** Reports that the token was set or removed, as the event `change`. */
export const access = new EventTarget();

export const hasToken = () => sessionStorage.getItem(STORED) !== null;

/** Keeps a token for this tab only, and removes the present one if the token is empty. */
export function setToken(token) {
  if (token) {
    sessionStorage.setItem(STORED, token);
  } else {
    sessionStorage.removeItem(STORED);
  }
  access.dispatchEvent(new Event('change'));
}

/** Returns the request headers with the token, which never becomes part of an address. */
export function authorized(headers = {}) {
  const token = sessionStorage.getItem(STORED);
  return token === null ? headers : { ...headers, Authorization: `Bearer ${token}` };
}

/** Returns the claims of the token. They are empty if there is no token, or if it is not a JSON web token. */
function claims() {
  try {
    const payload = sessionStorage.getItem(STORED).split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}

/** Returns the sentence that the token has expired, or null if it has not, or states no time. */
export function expiry() {
  const { exp } = claims();
  return typeof exp === 'number' && exp * 1000 <= Date.now()
    ? `The token expired at ${instant(exp * 1000)} (${ago(exp * 1000)})`
    : null;
}

/** Returns the sentences that describe the token. */
export function describeToken() {
  if (!hasToken()) {
    return 'No token is set.';
  }
  const { exp, roles } = claims();
  const named = Array.isArray(roles) ? ` Its roles are: ${roles.join(', ') || 'none'}.` : '';
  const lasts = typeof exp === 'number' ? ` It is valid until ${instant(exp * 1000)}.` : '';
  const expired = expiry();
  return `A token is set for this tab.${named}${expired === null ? lasts : ` ${expired}.`}`;
}
