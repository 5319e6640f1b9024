import { EventEmitter } from 'node:events';
import type { TunnelEvents } from './tunnel-status.ts';

/** Who listens to a tunnel. */
export class TunnelEmitter {
  readonly #events = new EventEmitter();

  on<Name extends keyof TunnelEvents>(name: Name, listener: Listener<Name>): void {
    this.#events.on(name, listener);
  }

  off<Name extends keyof TunnelEvents>(name: Name, listener: Listener<Name>): void {
    this.#events.off(name, listener);
  }

  /** A listener that throws is its owner's defect: it surfaces, and the tunnel goes on. */
  emit<Name extends keyof TunnelEvents>(name: Name, ...values: TunnelEvents[Name]): void {
    try {
      this.#events.emit(name, ...values);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

export type Listener<Name extends keyof TunnelEvents> = (...values: TunnelEvents[Name]) => void;
