import type { Socket } from 'node:net';
import type { HeaderLines } from '@sellia/protocol';
import type { Waiter } from './deadline-queue.ts';
import type { UpstreamFailure, UpstreamHandler } from './upstream.ts';

/** A forward, as its guard knows it. */
export interface Guarded extends UpstreamHandler, Waiter {
  /** Ends the exchange, whatever it had come to; throws nothing. */
  fault(error: unknown): void;
}

/**
 * Stands before a forward at the calls of its upstream and of its deadline, as the mux does at those
 * of its stream: what is thrown there costs this one exchange. Behind a last call nobody would end
 * it, and behind one from a timer or a socket a throw would end the process.
 */
export class ForwardGuard implements UpstreamHandler, Waiter {
  readonly #forward: Guarded;

  constructor(forward: Guarded) {
    this.#forward = forward;
  }

  /** For each request: without the closure that `#guard` takes. */
  onConnected(isReused: boolean): void {
    try {
      this.#forward.onConnected(isReused);
    } catch (error) {
      this.#forward.fault(error);
    }
  }

  onInterim(status: number, reason: string, headers: HeaderLines): void {
    this.#guard(() => this.#forward.onInterim(status, reason, headers));
  }

  onResponse(status: number, reason: string, headers: HeaderLines): void {
    this.#guard(() => this.#forward.onResponse(status, reason, headers));
  }

  onBody(chunk: Uint8Array): void {
    this.#guard(() => this.#forward.onBody(chunk));
  }

  onComplete(trailers: HeaderLines): void {
    this.#guard(() => this.#forward.onComplete(trailers));
  }

  onWritable(): void {
    this.#guard(() => this.#forward.onWritable());
  }

  onSwitch(
    status: number,
    reason: string,
    headers: HeaderLines,
    socket: Socket,
    rest: Uint8Array,
  ): void {
    // From here on the upstream knows nothing of the socket: nobody else would end it.
    const letGo = () => socket.destroy();
    this.#guard(() => this.#forward.onSwitch(status, reason, headers, socket, rest), letGo);
  }

  onFailure(failure: UpstreamFailure): void {
    this.#guard(() => this.#forward.onFailure(failure));
  }

  onDeadline(): void {
    this.#guard(() => this.#forward.onDeadline());
  }

  #guard(tell: () => void, letGo?: () => void): void {
    try {
      tell();
    } catch (error) {
      letGo?.();
      this.#forward.fault(error);
    }
  }
}
