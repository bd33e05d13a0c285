/** Shows a list of the service page by page. */
import { act } from './messages.js';
import { element } from './page.js';
import { RequestOrder } from './request-order.js';

/** A list shows at most this many items, so that the page stays small. */
const MAX_SHOWN = 200;

/** This class is the list that one section shows, with a button that adds the next page. */
export class PagedList {
  #button;
  #remark = element('span', { hidden: true }, `Further items exist. The list shows the first ${MAX_SHOWN}.`);
  #pageSize;
  #fetch;
  #show;
  #shown = [];
  /** This number counts the shown items and those of a page that was requested but has not arrived yet. */
  #wanted = 0;
  #nextCursor = null;
  #requests = new RequestOrder();

  /**
   * @param button adds the next page, and is hidden if there is none; a remark follows it if the list is full
   * @param options `pageSize` is the number of items of a page, `fetch` returns a page for a query, and `show` gets the
   *     items to show and the cursor of the next page, which is null if there is none
   */
  constructor(button, { pageSize, fetch, show }) {
    this.#button = button;
    this.#pageSize = pageSize;
    this.#fetch = fetch;
    this.#show = show;
    button.after(this.#remark);
    button.onclick = () => act(button, () => this.#append());
  }

  /** Loads the first page. */
  async open() {
    await this.#load(this.#pageSize);
  }

  /** Loads as many items again as are shown, and those of a page that is being added. */
  async reload() {
    await this.#load(Math.min(MAX_SHOWN, Math.max(this.#pageSize, this.#wanted)));
  }

  /** Removes the shown items from the list. */
  clear() {
    this.#shown = [];
    this.#wanted = 0;
    this.#nextCursor = null;
    this.#button.hidden = true;
    this.#remark.hidden = true;
  }

  async #load(limit) {
    await this.#replace([], { limit, cursor: null });
  }

  async #append() {
    // A reload that begins before the page arrives makes the request for the page outdated, and loads its items.
    this.#wanted = this.#shown.length + this.#pageSize;
    await this.#replace(this.#shown, { limit: this.#pageSize, cursor: this.#nextCursor });
    return null;
  }

  /** Shows a page after earlier items. The answer to a request that is not the latest one is ignored. */
  async #replace(earlier, page) {
    const isLatest = this.#requests.begin();
    const answer = await this.#fetch(page);
    if (!isLatest()) {
      return;
    }
    const { nextCursor } = answer;
    const items = [...earlier, ...answer.items];
    this.#shown = items;
    this.#wanted = items.length;
    this.#nextCursor = nextCursor;
    const isFull = items.length >= MAX_SHOWN;
    this.#button.hidden = nextCursor === null || isFull;
    this.#remark.hidden = nextCursor === null || !isFull;
    this.#show(items, nextCursor);
  }
}
