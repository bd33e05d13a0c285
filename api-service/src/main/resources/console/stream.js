/**
 * Follows the stream of the pipeline's state. It opens the stream again after each end, with a backoff after a failure.
 *
 * The states are: connecting (no request has a result yet), live (statuses arrive), stale (the connection is lost, or
 * no status arrives), and denied (the service rejected the request, because the token is missing or invalid, or lacks
 * the role).
 */
import { address, explain } from './api.js';
import { access, authorized } from './token.js';

const PATH = 'api/admin/stream';
const STALE_AFTER_MS = 6_000;
const SILENT_AFTER_MS = 25_000;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 15_000;

export class StatusStream {
  #onStatus;
  #onState;
  #endWait = () => {};
  #abort = new AbortController();
  #shown = Promise.resolve();
  #lastStatus = null;
  #lastByte = 0;
  #restarting = false;
  #state = 'connecting';
  #reason = '';

  /**
   * @param onStatus gets each status
   * @param onState gets the state, the time of the last status, and a sentence with the reason
   */
  constructor(onStatus, onState) {
    this.#onStatus = onStatus;
    this.#onState = onState;
  }

  /**
   * Follows the stream while the page is open. A browser may keep a page that the user left, with its connections, to
   * show it again. Such a page holds no connection, because a browser opens only a few to one service.
   */
  start() {
    access.addEventListener('change', () => this.#restart());
    window.addEventListener('pagehide', () => this.#leave());
    window.addEventListener('online', () => this.#endWait());
    document.addEventListener('visibilitychange', () => this.#endWait());
    setInterval(() => this.#checkAge(), 1_000);
    this.#run();
  }

  #restart() {
    this.#restarting = true;
    this.#abort.abort();
    this.#endWait();
  }

  #leave() {
    this.#shown = new Promise((resolve) => window.addEventListener('pageshow', resolve, { once: true }));
    this.#restart();
  }

  async #run() {
    for (let failures = 0; ; ) {
      await this.#shown;
      const outcome = await this.#follow();
      if (outcome === 'ended') {
        failures = 0;
      } else {
        const longest = outcome === 'denied' ? LONGEST_BACKOFF_MS : FIRST_BACKOFF_MS * 2 ** Math.min(failures, 4);
        failures += 1;
        await this.#wait(Math.min(LONGEST_BACKOFF_MS, longest) * (0.75 + Math.random() / 4));
      }
    }
  }

  /**
   * Reads one stream to its end. Returns `ended` if the service announced the end or the page restarts the stream,
   * `denied` if the service answered with the status 401 or 403, and otherwise `failed`.
   */
  async #follow() {
    this.#abort = new AbortController();
    this.#restarting = false;
    this.#lastByte = performance.now();
    try {
      const headers = authorized({ Accept: 'text/event-stream' });
      const response = await fetch(address(PATH), { headers, cache: 'no-store', signal: this.#abort.signal });
      if (response.status === 401 || response.status === 403) {
        this.#enter('denied', await explain('GET', PATH, response));
        return 'denied';
      }
      if (!response.ok) {
        this.#enter('stale', await explain('GET', PATH, response));
        return 'failed';
      }
      if (await this.#read(response.body)) {
        return 'ended';
      }
      this.#enter('stale', 'The connection is interrupted.');
    } catch {
      if (this.#restarting) {
        return 'ended';
      }
      this.#enter('stale', 'The connection is interrupted.');
    }
    return 'failed';
  }

  /** Reads the events of a body, and returns whether the service announced the end of the stream. */
  async #read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    let ended = false;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return ended;
      }
      this.#lastByte = performance.now();
      const parts = (text + value).split('\n\n');
      text = parts.pop();
      for (const part of parts) {
        ended = this.#accept(part) || ended;
      }
    }
  }

  /** Shows the status that an event contains, if any, and returns whether the event announces the end of the stream. */
  #accept(part) {
    const lines = part.split('\n');
    const name = lines.find((line) => line.startsWith('event: '))?.slice(7);
    const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
    if (name === 'status' && data) {
      this.#lastStatus = { at: new Date(), monotonic: performance.now() };
      this.#enter('live', '');
      this.#show(data);
    }
    return name === 'end';
  }

  /** Shows a status. A fault of the page is reported in the browser's log, and does not end the connection. */
  #show(data) {
    try {
      this.#onStatus(JSON.parse(data));
    } catch (fault) {
      reportError(fault);
    }
  }

  /** Marks the data as stale if no status arrives, and ends a connection on which nothing arrives at all. */
  #checkAge() {
    const now = performance.now();
    if (this.#state === 'live' && now - this.#lastStatus.monotonic > STALE_AFTER_MS) {
      this.#enter('stale', 'No status has arrived for 6 seconds.');
    }
    if (now - this.#lastByte > SILENT_AFTER_MS) {
      this.#lastByte = now;
      this.#abort.abort();
    }
  }

  #enter(state, reason) {
    if (state !== this.#state || reason !== this.#reason || state === 'live') {
      this.#state = state;
      this.#reason = reason;
      this.#onState({ state, reason, lastStatus: this.#lastStatus?.at ?? null });
    }
  }

  /** Waits for this time, or until `#endWait` is called. */
  #wait(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
