/** What a change list holds: the numbers and neighbours are the list's. */
export interface Listed {
  /** Of its last change, counted from the list's first: small numbers need no memory of their own. */
  change: number;
  older: Listed | undefined;
  newer: Listed | undefined;
}

/**
 * Things in the order of their last change, each once: whoever knows the number up to which it has
 * read finds what has changed since, and something that changed a thousand times meanwhile is found
 * once. So a reader that sleeps costs nothing.
 */
export class ChangeList<Item extends Listed> {
  #newest: Item | undefined;
  readonly #first: number;
  #changes = 0;

  /** `first`: the number of no change yet; default 0. */
  constructor(first = 0) {
    this.#first = first;
  }

  /** Number of the last change of all. */
  get version(): number {
    return this.#first + this.#changes;
  }

  /** It has changed now, or is new. */
  changed(item: Item): void {
    if (item !== this.#newest) {
      this.#unlink(item);
      item.older = this.#newest;
      if (this.#newest !== undefined) this.#newest.newer = item;
      this.#newest = item;
    }
    item.change = ++this.#changes;
  }

  /** Takes it out, which is a change, too. The number of it. */
  remove(item: Item): number {
    if (item === this.#newest) this.#newest = item.older as Item | undefined;
    this.#unlink(item);
    this.#changes += 1;
    return this.version;
  }

  /** What has changed since that number, the oldest change first. */
  since(version: number): Item[] {
    const items: Item[] = [];
    const change = version - this.#first;
    for (let item = this.#newest; item !== undefined; item = item.older as Item | undefined) {
      if (item.change <= change) break;
      items.push(item);
    }
    return items.reverse();
  }

  #unlink(item: Item): void {
    if (item.older !== undefined) item.older.newer = item.newer;
    if (item.newer !== undefined) item.newer.older = item.older;
    item.older = undefined;
    item.newer = undefined;
  }
}
