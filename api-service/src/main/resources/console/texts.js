/** Formats values for people. A value that the service could not determine is shown as "unknown". */

export const UNKNOWN = 'unknown';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const isMissing = (value) => value === null || value === undefined;

export const number = (value) => (isMissing(value) ? UNKNOWN : whole.format(value));

export const rate = (value) => (isMissing(value) ? UNKNOWN : `${decimal.format(value)}/s`);

/** Formats a time of today. */
export const time = (value) => (isMissing(value) ? UNKNOWN : clock.format(new Date(value)));

/** Formats a time with its date, in the time zone of the browser. */
export function instant(value) {
  if (isMissing(value)) {
    return UNKNOWN;
  }
  const at = new Date(value);
  const two = (part) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock.format(at)}`;
}

/** Formats a number of seconds. */
export function duration(seconds) {
  if (isMissing(seconds)) {
    return UNKNOWN;
  }
  if (seconds < 60) {
    return `${decimal.format(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${Math.floor(seconds % 60)} s`;
  }
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1440)} days`;
}

/** Returns the noun with its number, such as "1 letter" and "3 letters". */
export const count = (value, noun) =>
  isMissing(value) ? `${UNKNOWN} number of ${noun}s` : `${whole.format(value)} ${noun}${value === 1 ? '' : 's'}`;
