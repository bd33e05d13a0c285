/** Determines which answer of the service is current, because the answer to an earlier request may arrive last. */

let tokens = 0;

/** Makes all present requests outdated, because they were sent with a former token. */
export function outdateAll() {
  tokens += 1;
}

/** This class orders the requests for one part of the page. */
export class RequestOrder {
  #number = 0;

  /**
   * Counts a request, and returns a function that returns whether it is the latest one and its token is the present
   * one.
   */
  begin() {
    this.#number += 1;
    const number = this.#number;
    const token = tokens;
    return () => number === this.#number && token === tokens;
  }
}
