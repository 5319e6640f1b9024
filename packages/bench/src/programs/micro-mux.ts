import {
  CreditPool,
  decodeOpen,
  decodeResponse,
  type ErrorCode,
  encodeOpen,
  encodeResponse,
  limits,
  Mux,
  type MuxHandler,
  type MuxStream,
  type StreamHandler,
} from '@sellia/protocol';
import { nativeLatin1 } from '@sellia/session';
import type { MicroBench } from './micro.ts';
import { OPENING, REQUEST, RESPONSE } from './micro-codec.ts';

const HELLO = new TextEncoder().encode('Hello, world!');
/** Exchanges in flight at once, as with that many visitors. */
const IN_FLIGHT = 50;
const CHUNK = new Uint8Array(64 * 1024);
const BULK = 8 * 1024 * 1024;
/** What a message takes on the muxes' own clock: rates there are those of a link, not of a loop. */
const MESSAGE_MS = 1;

export function muxBenches(): MicroBench[] {
  return [
    {
      name: 'mux-exchanges',
      title: `exchanges of 13 bytes through two muxes, ${IN_FLIGHT} at once`,
      unit: '/s',
      run: exchanges(),
    },
    { name: 'mux-bulk', title: 'one body through two muxes', unit: 'MiB/s', run: bulk() },
  ];
}

/** A stream's end that reads whatever comes and remembers how it ended. */
class Reader implements StreamHandler {
  stream: MuxStream | undefined;
  isOver = false;
  onDrained: () => void = () => {};

  onHead(text: string): void {
    decodeResponse(text);
  }
  onInfo(): void {}
  onData(chunk: Uint8Array): void {
    this.stream?.consume(chunk.length);
  }
  onTrailers(): void {}
  onEnd(): void {
    this.isOver = true;
  }
  onReset(code: ErrorCode, reason: string): void {
    throw new Error(`reset: ${code} ${reason}`);
  }
  onStop(): void {}
  onDrain(): void {
    this.onDrained();
  }
}

/** A relay's and a client's mux, joined by one buffer. */
class Pair {
  readonly relay: Mux;
  readonly client: Mux;
  /** A Buffer, as sockets deliver them: heads are then read by Node's own conversion. */
  readonly #message = Buffer.alloc(limits.MESSAGE_MAX);

  #now = 0;

  constructor(onStream: MuxHandler['onStream']) {
    this.relay = this.#mux('relay', onStream);
    this.client = this.#mux('client', onStream);
    this.relay.setPeerLimits(limits.INITIAL_WINDOW, limits.STREAMS_MAX);
    this.client.setPeerLimits(limits.INITIAL_WINDOW, limits.STREAMS_MAX);
  }

  open(handler: Reader): void {
    handler.stream = this.relay.open(encodeOpen(OPENING, REQUEST), true, handler);
  }

  /** Moves everything until nothing moves any more. */
  settle(): void {
    while (this.#move(this.relay, this.client) + this.#move(this.client, this.relay) > 0);
  }

  #move(from: Mux, to: Mux): number {
    this.#now += MESSAGE_MS;
    const end = from.next(this.#message, 0);
    // Streams keep views of a message, as they do of a socket's: it may not be written to again.
    if (end > 0) to.receive(Buffer.from(this.#message.subarray(0, end)));
    return end;
  }

  #mux(role: 'relay' | 'client', onStream: MuxHandler['onStream']): Mux {
    const handler: MuxHandler = {
      onStream,
      onControl: () => {},
      onGoingAway: () => {},
      onLinkFrame: () => {},
      onFault: (error) => {
        throw error;
      },
      onWants: () => {},
    };
    return new Mux({
      role,
      handler,
      latin1: nativeLatin1,
      now: () => this.#now,
      receiveWindow: limits.INITIAL_WINDOW,
      maxStreams: limits.STREAMS_MAX,
      processCredit: new CreditPool(Number.MAX_SAFE_INTEGER),
    });
  }
}

function exchanges(): () => number {
  const pair = new Pair((stream, text) => {
    stream.handler = new Reader();
    decodeOpen(text);
    stream.head(encodeResponse(200, 'OK', RESPONSE), false);
    stream.write(HELLO);
    stream.end();
  });
  return () => {
    const readers = Array.from({ length: IN_FLIGHT }, () => new Reader());
    for (const reader of readers) pair.open(reader);
    pair.settle();
    if (!readers.every((reader) => reader.isOver)) throw new Error('an exchange did not end');
    return IN_FLIGHT;
  };
}

function bulk(): () => number {
  const pair = new Pair((stream) => {
    const handler = new Reader();
    stream.handler = handler;
    stream.head(encodeResponse(200, 'OK', RESPONSE), false);
    let left = BULK;
    handler.onDrained = () => {
      while (left > 0) {
        left -= CHUNK.length;
        if (!stream.write(CHUNK)) return;
      }
      stream.end();
    };
    handler.onDrained();
  });
  return () => {
    const reader = new Reader();
    pair.open(reader);
    pair.settle();
    if (!reader.isOver) throw new Error('the body did not end');
    return BULK / 1024 / 1024;
  };
}
