/** Gaps at the front that are put up with before the rest moves up. */
const GAPS_MAX = 1024;

/** What a queue holds; no two are of one order. */
export interface Aged {
  /** The lower, the older. */
  readonly order: number;
}

/**
 * Things by age, the oldest first out: pushed and shifted in constant time, which a Map with thousands
 * removed is not, and without garbage for each. What else is done to them takes longer, and is rare.
 */
export class AgeQueue<Item extends Aged> implements Iterable<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get size(): number {
    return this.#items.length - this.#first;
  }

  get oldest(): Item | undefined {
    return this.#items[this.#first];
  }

  /** Adds one that is younger than all. */
  push(item: Item): void {
    this.#items.push(item);
  }

  /** Takes out the oldest; undefined when there is none. */
  shift(): Item | undefined {
    const item = this.oldest;
    if (item === undefined) return undefined;
    this.#items[this.#first++] = undefined;
    if (this.#first > GAPS_MAX && this.#first * 2 > this.#items.length) this.#moveUp();
    return item;
  }

  get(order: number): Item | undefined {
    const item = this.#items[this.#placeOf(order)];
    return item?.order === order ? item : undefined;
  }

  /** Adds one of any age. */
  insert(item: Item): void {
    this.#items.splice(this.#placeOf(item.order), 0, item);
  }

  /** Takes out one that is there. */
  remove(item: Item): void {
    this.#items.splice(this.#placeOf(item.order), 1);
  }

  /** The oldest first. */
  [Symbol.iterator](): ArrayIterator<Item> {
    return (this.#items.slice(this.#first) as Item[]).values();
  }

  /** Of the first one that is not older. */
  #placeOf(order: number): number {
    let [from, to] = [this.#first, this.#items.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#items[middle] as Item).order < order) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #moveUp(): void {
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }
}
