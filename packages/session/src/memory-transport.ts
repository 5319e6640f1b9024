import type { Clock } from './clock.ts';
import type { Transport, TransportHandler } from './transport.ts';

/** One end of a pair in this process; see `memoryPair`. */
export class MemoryTransport implements Transport {
  readonly #clock: Clock;
  readonly #delayMs: number;
  #peer: MemoryTransport | undefined;
  #handler: TransportHandler | undefined;
  #early: Uint8Array[] = [];
  #buffered = 0;
  #closed = false;
  /** What is sent is lost without a word while set, the end of the link too: a black hole. */
  isLossy = false;

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  join(peer: MemoryTransport): void {
    this.#peer = peer;
  }

  get buffered(): number {
    return this.#buffered;
  }

  listen(handler: TransportHandler): void {
    if (this.#handler !== undefined) {
      this.#handler = handler;
      return;
    }
    this.#clock.soon(() => {
      this.#handler = handler;
      // The first message may hand the transport to another session.
      for (const bytes of this.#early.splice(0)) this.#handler?.onMessage(bytes);
      if (this.#closed) this.#handler?.onClose('the link was cut');
    });
  }

  send(message: Uint8Array, sent: () => void): void {
    if (this.#closed) return;
    // Buffer's own slice would be a view, and the sender reuses its slab.
    const copy = Uint8Array.from(message);
    this.#buffered += copy.length;
    this.#clock.soon(() => {
      this.#buffered -= copy.length;
      if (!this.#closed) sent();
    });
    this.#clock.after(this.#delayMs, () => {
      if (!this.#closed && !this.isLossy) this.#peer?.arrive(copy);
    });
  }

  close(): void {
    this.#clock.after(this.#delayMs, () => this.terminate());
  }

  /** Cuts the pair; both ends hear it, in a black hole only this one. */
  terminate(): void {
    this.#end('terminated');
    if (!this.isLossy) this.#peer?.lost();
  }

  arrive(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#handler === undefined) this.#early.push(bytes);
    else this.#handler.onMessage(bytes);
  }

  lost(): void {
    this.#clock.soon(() => this.#end('the link was cut'));
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handler?.onClose(reason);
  }
}

/** Two transports joined in this process; each message takes `delayMs` of `clock`. */
export function memoryPair(clock: Clock, delayMs = 0): [MemoryTransport, MemoryTransport] {
  const left = new MemoryTransport(clock, delayMs);
  const right = new MemoryTransport(clock, delayMs);
  left.join(right);
  right.join(left);
  return [left, right];
}
