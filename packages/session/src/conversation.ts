import {
  CreditPool,
  codeOf,
  decodeOpen,
  type ErrorCode,
  FrameType,
  limits,
  Mux,
  type MuxHandler,
  ProtocolError,
  readErrorNumber,
  type Welcome,
} from '@sellia/protocol';
import { Carrier } from './carrier.ts';
import type { Clock } from './clock.ts';
import { HEARTBEAT } from './heartbeat.ts';
import type { KeptBudget } from './kept-budget.ts';
import { nativeLatin1 } from './native-latin1.ts';
import type { SessionHandler, SessionOptions } from './session-options.ts';

/** Promised credit of a process without a limit of its own: 32,768 streams that have not grown. */
const PROCESS_CREDIT = 8 * 1024 ** 3;

/** What a session hears. What it throws at a frame ends the session. */
export interface ConversationHandler {
  /** The greeting is done; before, no other frame means anything. */
  isOpen(): boolean;
  /** What the relay had said before this session was made. */
  onWelcomed(welcome: Welcome): void;
  onHello(text: string): void;
  onWelcome(text: string): void;
  onResume(text: string): void;
  onGoaway(code: ErrorCode, reason: string): void;
  /** The peer takes no streams above `lastStreamId`. */
  onGoingAway(lastStreamId: number): void;
  /** A message could not be taken in. */
  onFailure(code: ErrorCode, reason: string): void;
  /** The transport has ended by itself. */
  onClose(reason: string): void;
  /** Nothing has been heard for too long. */
  onSilence(): void;
}

/**
 * What the two ends of a session say to each other: `mux` joined to `carrier`. Messages are judged
 * here; what is about streams and tunnels is told to the owner of the session, the rest to the session.
 */
export class Conversation {
  readonly mux: Mux;
  readonly carrier: Carrier;
  readonly #owner: SessionHandler;
  readonly #session: ConversationHandler;
  readonly #clock: Clock;
  #welcome: Welcome | undefined;

  constructor(options: SessionOptions, budget: KeptBudget, session: ConversationHandler) {
    const { clock, heartbeat, handler } = options;
    this.#owner = handler;
    this.#session = session;
    this.#clock = clock;
    this.mux = this.#createMux(options);
    this.carrier = new Carrier({
      clock,
      mux: this.mux,
      heartbeat: heartbeat ?? HEARTBEAT,
      budget,
      handler: {
        onMessage: (bytes) => this.#judge(bytes),
        onClose: (reason) => session.onClose(reason),
        onSilence: () => session.onSilence(),
      },
    });
  }

  /** Tells `welcome` in a later turn, and before any message. */
  begin(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#clock.soon(() => this.#judge());
  }

  #createMux(options: SessionOptions): Mux {
    const { role, clock, maxStreams, receiveWindow, processCredit, firstStreamId } = options;
    return new Mux({
      role,
      handler: this.#muxHandler,
      latin1: nativeLatin1,
      now: () => clock.now(),
      receiveWindow: receiveWindow ?? limits.INITIAL_WINDOW,
      maxStreams: maxStreams ?? limits.STREAMS_MAX,
      processCredit: processCredit ?? new CreditPool(PROCESS_CREDIT),
      ...(firstStreamId === undefined ? {} : { firstStreamId }),
    });
  }

  readonly #muxHandler: MuxHandler = {
    onStream: (stream, text, ended) => {
      this.#requireOpen();
      this.#owner.onStream(stream, decodeOpen(text), ended);
    },
    onControl: (message) => {
      this.#requireOpen();
      this.#owner.onControl(message);
    },
    onGoingAway: (lastStreamId) => {
      this.#requireOpen();
      this.#session.onGoingAway(lastStreamId);
    },
    onLinkFrame: (type, bytes, start, end) => this.#onLinkFrame(type, bytes, start, end),
    onFault: (error) => this.#owner.onFault(error),
    onWants: () => this.carrier.schedule(),
  };

  /** What is pending, then `message`; whatever is wrong with them ends the session. */
  #judge(message?: Uint8Array): void {
    try {
      this.#tellWelcome();
      if (message !== undefined) this.#take(message);
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.#session.onFailure(error.code, error.message);
        return;
      }
      this.#owner.onFault(error);
      this.#session.onFailure('SELLIA_INTERNAL', 'internal error');
    }
  }

  #tellWelcome(): void {
    const welcome = this.#welcome;
    this.#welcome = undefined;
    if (welcome !== undefined) this.#session.onWelcomed(welcome);
  }

  #take(bytes: Uint8Array): void {
    const { mux, carrier } = this;
    const { epoch } = carrier;
    if (bytes.length === 0) throw new ProtocolError('SELLIA_PROTOCOL', 'empty message');
    mux.receive(bytes);
    if (!mux.atBoundary) {
      throw new ProtocolError('SELLIA_PROTOCOL', 'a message ends within a frame');
    }
    // It may have been the last of this session, or of this transport.
    if (epoch !== carrier.epoch) return;
    // Whatever it was, and be it unknown and optional: the greeting comes first.
    this.#requireOpen();
    carrier.received(bytes.length);
  }

  #requireOpen(): void {
    if (this.#session.isOpen()) return;
    throw new ProtocolError('SELLIA_PROTOCOL', 'a session frame before the greeting');
  }

  #onLinkFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case FrameType.Hello:
        this.#session.onHello(nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Welcome:
        this.#session.onWelcome(nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Resume:
        this.#session.onResume(nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Goaway: {
        const code = codeOf(readErrorNumber(bytes, start, end));
        this.#session.onGoaway(code, nativeLatin1.read(bytes, start + 2, end));
        return;
      }
      default:
        this.#requireOpen();
        this.carrier.onLinkFrame(type, bytes, start, end);
    }
  }
}
