/** Gaps at the front that are put up with before the rest moves up. */
const GAPS_MAX = 1024;

/** Things by age, the oldest first out: in constant time, which a Map with thousands removed is not. */
export class AgeQueue<Item extends object> {
  #items: Item[] = [];
  #first = 0;

  push(item: Item): void {
    this.#items.push(item);
  }

  /** Forgets all that are not wanted any more. */
  retain(isWanted: (item: Item) => boolean): void {
    this.#items = this.#items.slice(this.#first).filter(isWanted);
    this.#first = 0;
  }

  /** Takes out the oldest; undefined when there is none. */
  shift(): Item | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#first++;
    if (this.#first > GAPS_MAX && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
