import { randomUUID } from 'node:crypto';
import {
  decodeHello,
  decodeWelcome,
  type Hello,
  limits,
  ProtocolError,
  type Welcome,
} from '@sellia/protocol';
import type { Timer } from './clock.ts';
import { makeSessionSecret } from './resume-proof.ts';
import type { SessionOptions } from './session-options.ts';

const GREETING_MS = 10_000;

/** How two ends introduce themselves: what this one says, for how long it waits, what it accepts. */
export class Greeting {
  readonly #options: SessionOptions;
  #timer: Timer | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** What either side says of itself. */
  get hello(): Hello {
    const { agent, capabilities, maxStreams, receiveWindow } = this.#options;
    return {
      version: limits.PROTOCOL_VERSION,
      capabilities: capabilities ?? [],
      initialWindow: receiveWindow ?? limits.INITIAL_WINDOW,
      maxStreams: maxStreams ?? limits.STREAMS_MAX,
      agent,
    };
  }

  /** Relay: names a new session, and makes its secret if it may be resumed. */
  makeWelcome(): Welcome {
    const { sessionId, graceMs = 0 } = this.#options;
    const secret = graceMs > 0 ? makeSessionSecret() : '';
    return { ...this.hello, session: sessionId || randomUUID(), secret, graceMs };
  }

  /** Calls `tooLate` unless the greeting ends within its time. */
  begin(tooLate: () => void): void {
    const { clock, greetingMs } = this.#options;
    this.end();
    this.#timer = clock.after(greetingMs ?? GREETING_MS, tooLate);
  }

  end(): void {
    this.#timer?.cancel();
  }

  /** Relay: throws ProtocolError when it cannot go on with who says this HELLO. */
  readHello(text: string): Hello {
    if (this.#options.role !== 'relay') throw outOfPlace();
    return requireVersion(decodeHello(text));
  }

  /** Client: as `readHello`. */
  readWelcome(text: string): Welcome {
    if (this.#options.role !== 'client') throw outOfPlace();
    return requireVersion(decodeWelcome(text));
  }
}

/** HELLO, WELCOME or RESUME at a time, or from a side, from which it means nothing. */
export function outOfPlace(): ProtocolError {
  return new ProtocolError('SELLIA_PROTOCOL', 'greeting out of place');
}

function requireVersion<Said extends Hello>(said: Said): Said {
  if (said.version === limits.PROTOCOL_VERSION) return said;
  const reason = `protocol version ${said.version}, this side speaks ${limits.PROTOCOL_VERSION}`;
  throw new ProtocolError('SELLIA_VERSION', reason);
}
