/** Shows a list of the service page by page. */
import { act } from './messages.js';

/** A list shows at most this many items, so that the page stays small. */
const MAX_SHOWN = 200;

/** The list that one section shows, with a button that adds the next page. */
export class PagedList {
  #button;
  #pageSize;
  #fetch;
  #show;
  #shown = [];
  #nextCursor = null;

  /**
   * @param button adds the next page, and is hidden if there is none
   * @param options `pageSize` is the number of items of a page, `fetch` returns a page for a query, and `show` gets the
   *     items to show
   */
  constructor(button, { pageSize, fetch, show }) {
    this.#button = button;
    this.#pageSize = pageSize;
    this.#fetch = fetch;
    this.#show = show;
    button.onclick = () => act(button, () => this.#append());
  }

  /** Loads the first page. */
  async open() {
    await this.#load(this.#pageSize);
  }

  /** Loads as many items again as are shown. */
  async reload() {
    await this.#load(Math.max(this.#pageSize, this.#shown.length));
  }

  async #load(limit) {
    const { items, nextCursor } = await this.#fetch({ limit, cursor: null });
    this.#replace(items, nextCursor);
  }

  async #append() {
    const { items, nextCursor } = await this.#fetch({ limit: this.#pageSize, cursor: this.#nextCursor });
    this.#replace([...this.#shown, ...items], nextCursor);
    return null;
  }

  #replace(items, nextCursor) {
    this.#shown = items;
    this.#nextCursor = nextCursor;
    this.#button.hidden = nextCursor === null || items.length >= MAX_SHOWN;
    this.#show(items);
  }
}
