import type { Link } from './link.ts';

/** Links of a tunnel that only finish what they have. */
export class LeavingLinks implements Iterable<Link> {
  readonly #links = new Set<Link>();

  /** Exchanges that run on them. */
  get streamCount(): number {
    let streams = 0;
    for (const link of this.#links) streams += link.streamCount;
    return streams;
  }

  /** Its streams finish, and it ends; the relay ends it when they take too long. */
  add(link: Link): void {
    this.#links.add(link);
    link.drain(Number.POSITIVE_INFINITY, () => {
      this.#links.delete(link);
      link.close();
    });
  }

  delete(link: Link): void {
    this.#links.delete(link);
  }

  clear(): void {
    this.#links.clear();
  }

  [Symbol.iterator](): IterableIterator<Link> {
    return this.#links.values();
  }
}
