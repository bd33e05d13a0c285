/** Determines which answer of the service is current, because the answer to an earlier request may arrive last. */

let tokens = 0;

/** Marks all present requests as outdated, because they were sent with a former token. */
export function outdateAll() {
  tokens += 1;
}

/** This class orders the requests for one part of the page. */
export class RequestOrder {
  #number = 0;

  /**
   * Registers a request. The returned function returns true while this request is the latest one and the token has not
   * changed.
   */
  begin() {
    this.#number += 1;
    const number = this.#number;
    const token = tokens;
    return () => number === this.#number && token === tokens;
  }
}
