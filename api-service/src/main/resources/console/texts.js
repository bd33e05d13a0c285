/** Formats values for people. A value that the service could not determine is shown as "unknown". */

export const UNKNOWN = 'unknown';

/** The service counts stuck events up to this limit. */
export const MAX_STUCK = 100;

/** The service counts dead-lettered events, dead letters and broken documents up to this limit. */
export const MAX_COUNTED = 10_001;

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The service's clock is ahead of the browser's clock by this number of milliseconds, which may be negative. */
let aheadMs = 0;

/** Sets the present time of the service, from which ages are computed. */
export function setServiceTime(at) {
  aheadMs = new Date(at).getTime() - Date.now();
}

export const isMissing = (value) => value === null || value === undefined;

export const number = (value) => (isMissing(value) ? UNKNOWN : whole.format(value));

/** Formats a number. The service stops counting at the limit, so this number is shown as a lower bound. */
export const bounded = (value, limit) => `${value >= limit ? 'at least ' : ''}${number(value)}`;

export const rate = (value) => (isMissing(value) ? UNKNOWN : `${decimal.format(value)}/s`);

/** Formats the time of day of an instant without its date, in the time zone of the browser. */
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

/** Formats how long ago a time was, in its largest unit, such as "3 min ago". */
export function ago(value) {
  if (isMissing(value)) {
    return UNKNOWN;
  }
  const seconds = Math.max(0, (Date.now() + aheadMs - new Date(value).getTime()) / 1000);
  const [length, unit] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ].find(([unitLength]) => seconds >= unitLength) ?? [1, 's'];
  return `${Math.floor(seconds / length)} ${unit} ago`;
}

/** Formats a number of seconds in suitable units, such as "3 min 20 s". */
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

/**
 * Returns the noun with its number, such as "1 dead letter" and "3 dead letters".
 *
 * @param limit the number at which the service stops counting; this number is shown as a lower bound
 */
export const count = (value, noun, limit = Infinity) =>
  isMissing(value) ? `an ${UNKNOWN} number of ${noun}s` : `${bounded(value, limit)} ${noun}${value === 1 ? '' : 's'}`;
