/** What was dropped last, each with the number of that change: a past of bounded length. */
export class DropList {
  readonly #orders: Float64Array;
  readonly #versions: Float64Array;
  #count = 0;
  #forgotten = 0;

  /** `most` are remembered. */
  constructor(most: number) {
    this.#orders = new Float64Array(most);
    this.#versions = new Float64Array(most);
  }

  /** Whoever has read less than this may have missed some. */
  get forgotten(): number {
    return this.#forgotten;
  }

  add(order: number, version: number): void {
    const at = this.#count++ % this.#orders.length;
    this.#forgotten = this.#versions[at] as number;
    this.#orders[at] = order;
    this.#versions[at] = version;
  }

  /** Those since that number, the first one first. */
  since(version: number): number[] {
    const most = this.#orders.length;
    const orders: number[] = [];
    for (let i = Math.max(0, this.#count - most); i < this.#count; i++) {
      const isNews = (this.#versions[i % most] as number) > version;
      if (isNews) orders.push(this.#orders[i % most] as number);
    }
    return orders;
  }
}
