import { randomUUID } from 'node:crypto';
import {
  type ControlMessage,
  CreditPool,
  codeOf,
  decodeHello,
  decodeOpen,
  decodeResume,
  decodeWelcome,
  type ErrorCode,
  encodeControl,
  encodeOpen,
  FrameType,
  type Hello,
  limits,
  Mux,
  type MuxStream,
  type Opening,
  ProtocolError,
  type RequestHead,
  type Resume,
  readErrorNumber,
  type StreamHandler,
  type Welcome,
} from '@sellia/protocol';
import { Carrier } from './carrier.ts';
import type { Timer } from './clock.ts';
import { HEARTBEAT } from './heartbeat.ts';
import { type AwayKeeper, KeptBudget } from './kept-budget.ts';
import { nativeLatin1 } from './native-latin1.ts';
import { makeSessionSecret } from './resume-proof.ts';
import { Resumption } from './resumption.ts';
import type { SessionOptions } from './session-options.ts';
import type { Transport } from './transport.ts';

/** Promised credit of a process without a limit of its own: 32,768 streams that have not grown. */
const PROCESS_CREDIT = 8 * 1024 ** 3;
const GREETING_MS = 10_000;

/**
 *     greeting -> open <-> away -> closed
 *         \________\________\_______/
 *
 * `away`: the transport is lost, streams wait for another one.
 */
export type SessionState = 'greeting' | 'open' | 'away' | 'closed';

/**
 * Drives a mux over one transport after the other: greeting, acknowledging, pacing, heartbeat,
 * resuming, end.
 *
 *     client                      relay
 *        | -- HELLO ----------------> |  version, window, streams
 *        | <---------------- WELCOME- |  ... and the session's name and secret
 *        | -- CONTROL tunnel.open --> |
 *        | <-- OPEN, DATA, ... ------>|  session frames, counted
 *        | <-- ACK, PING, PONG ------>|  link frames, not counted
 *        x                            x  the transport is lost; another is opened
 *        | -- RESUME, HELLO --------> |  HELLO counts where the session is no longer known
 *        | <----------------- RESUME- |  both send again what the other has not received
 *        | <-- GOAWAY -------------->x|  a fatal end, with its code
 */
export class Session implements AwayKeeper {
  readonly #options: SessionOptions;
  readonly #mux: Mux;
  readonly #carrier: Carrier;
  readonly #budget: KeptBudget;
  #state: SessionState = 'greeting';
  #id: string;
  #resumption: Resumption | undefined;
  #greetingTimer: Timer | undefined;
  #isLeaving = false;
  /** Said by the relay before this session was made, and not yet told. */
  #welcome: Welcome | undefined;

  constructor(options: SessionOptions) {
    const { clock, transport, role, welcome } = options;
    this.#options = options;
    this.#id = options.sessionId ?? '';
    this.#budget = options.keptBudget ?? new KeptBudget();
    this.#mux = this.#createMux();
    this.#mux.payloadMax = limits.HELLO_MAX;
    this.#carrier = new Carrier({
      clock,
      mux: this.#mux,
      heartbeat: options.heartbeat ?? HEARTBEAT,
      budget: this.#budget,
      handler: {
        onMessage: (bytes) => this.#carrierOnMessage(bytes),
        onClose: (reason) => this.#carrierOnClose(reason),
        onSilence: () => this.#carrierOnSilence(),
      },
    });
    this.#carrier.use(transport);
    this.#awaitGreeting(() => this.close('SELLIA_HELLO_TIMEOUT', 'no greeting in time'));
    this.#welcome = welcome;
    if (welcome !== undefined) clock.soon(() => this.#takeWelcome());
    else if (role === 'client') this.#carrier.greet(FrameType.Hello, encodeControl(this.#hello));
  }

  /** Its name at the relay; empty before the greeting. */
  get id(): string {
    return this.#id;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Smoothed, milliseconds; 0 before the first measurement. */
  get roundTrip(): number {
    return this.#carrier.roundTrip;
  }

  get streamCount(): number {
    return this.#mux.size;
  }

  /** Bytes of memory kept until the peer has acknowledged them. */
  get cost(): number {
    return this.#carrier.keptBytes;
  }

  /** Stream numbers are used up: replace the session. */
  get isExhausted(): boolean {
    return this.#mux.isExhausted;
  }

  /** One side has said that it goes: no new streams. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Relay: opens a stream. Undefined when there is no room for one now. */
  open(
    opening: Opening,
    request: RequestHead,
    ended: boolean,
    handler: StreamHandler,
  ): MuxStream | undefined {
    if (this.#state !== 'open' || this.#isLeaving) return undefined;
    return this.#mux.open(encodeOpen(opening, request), ended, handler);
  }

  /** False when too much waits already or the session is over. While it is away messages wait. */
  sendControl(message: ControlMessage): boolean {
    return this.#isGreeted && this.#mux.sendControl(message);
  }

  /** Graceful: no new streams, running ones finish. The owner closes when they have. */
  goAway(): void {
    if (!this.#isGreeted || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#mux.sendGoingAway(this.#mux.lastStreamId);
  }

  /**
   * Client: goes on over `transport`, which the session owns from here on. The handler hears
   * `onBack`, `onRenewed`, or `onAway` again.
   */
  reattach(transport: Transport): void {
    const resumption = this.#resumption;
    if (this.#state === 'closed' || resumption === undefined) {
      transport.terminate();
      return;
    }
    this.#startGrace();
    this.#carrier.use(transport);
    const claim = resumption.claim(this.#mux.framesReceived);
    this.#carrier.greet(FrameType.Resume, encodeControl(claim));
    this.#carrier.greet(FrameType.Hello, encodeControl(this.#hello));
    this.#awaitGreeting(() => this.#detach('no answer to RESUME in time'));
  }

  /**
   * Relay: goes on over the transport that `take` gives, if the claim is right; then the newest wins,
   * whatever became of the one before.
   */
  admit(resume: Resume, take: () => Transport | undefined): boolean {
    const resumption = this.#resumption;
    if (resumption === undefined || !this.#isGreeted || !resumption.admits(resume)) return false;
    if (!this.#carrier.canResume(resume.received)) return false;
    const transport = take();
    if (transport === undefined) return false;
    this.#startGrace();
    this.#carrier.use(transport);
    const answer = resumption.answer(this.#mux.framesReceived);
    this.#carrier.greet(FrameType.Resume, encodeControl(answer));
    this.#resume(resume.received);
    return true;
  }

  /** Asks whether the peer is there, and takes the transport for lost when nothing comes in `ms`. */
  probe(ms: number): void {
    if (this.#state === 'open') this.#carrier.probe(ms);
  }

  /** Ends the session: GOAWAY with `code`, every stream is told, the transport closes. */
  close(code: ErrorCode, reason: string): void {
    if (this.#state === 'closed') return;
    this.#carrier.close(code, reason);
    this.#end(code, reason);
  }

  /** The room that it takes while it is away is needed. */
  evict(): void {
    this.close('SELLIA_KEPT_FULL', 'away, and what it keeps needs too much room');
  }

  #createMux(): Mux {
    const { role, clock, maxStreams, receiveWindow, firstStreamId } = this.#options;
    return new Mux({
      role,
      latin1: nativeLatin1,
      now: () => clock.now(),
      receiveWindow: receiveWindow ?? limits.INITIAL_WINDOW,
      maxStreams: maxStreams ?? limits.STREAMS_MAX,
      processCredit: this.#options.processCredit ?? new CreditPool(PROCESS_CREDIT),
      ...(firstStreamId === undefined ? {} : { firstStreamId }),
      handler: {
        onStream: (stream, text, ended) => this.#muxOnStream(stream, text, ended),
        onControl: (message) => this.#muxOnControl(message),
        onGoingAway: (lastStreamId) => this.#muxOnGoingAway(lastStreamId),
        onLinkFrame: (type, bytes, start, end) => this.#muxOnLinkFrame(type, bytes, start, end),
        onFault: (error) => this.#options.handler.onFault(error),
        onWants: () => this.#carrier.schedule(),
      },
    });
  }

  get #isGreeted(): boolean {
    return this.#state === 'open' || this.#state === 'away';
  }

  get #hello(): Hello {
    const { agent, capabilities, maxStreams, receiveWindow } = this.#options;
    return {
      version: limits.PROTOCOL_VERSION,
      capabilities: capabilities ?? [],
      initialWindow: receiveWindow ?? limits.INITIAL_WINDOW,
      maxStreams: maxStreams ?? limits.STREAMS_MAX,
      agent,
    };
  }

  #awaitGreeting(tooLate: () => void): void {
    const { clock, greetingMs } = this.#options;
    this.#greetingTimer?.cancel();
    this.#greetingTimer = clock.after(greetingMs ?? GREETING_MS, tooLate);
  }

  #carrierOnMessage(bytes: Uint8Array): void {
    this.#takeWelcome();
    const { epoch } = this.#carrier;
    try {
      if (bytes.length === 0) throw new ProtocolError('SELLIA_PROTOCOL', 'empty message');
      this.#mux.receive(bytes);
      if (!this.#mux.atBoundary) {
        throw new ProtocolError('SELLIA_PROTOCOL', 'a message ends within a frame');
      }
      // It may have been the last of this session, or of this transport.
      if (epoch !== this.#carrier.epoch) return;
      // Whatever it was, and be it unknown and optional: the greeting comes first.
      this.#requireOpen();
      this.#carrier.received(bytes.length);
    } catch (error) {
      this.#fail(error);
    }
  }

  #carrierOnClose(reason: string): void {
    if (this.#state === 'greeting') this.#end('SELLIA_LINK_LOST', reason);
    else this.#detach(reason);
  }

  #carrierOnSilence(): void {
    const reason = 'the peer has been silent for too long';
    if (this.#resumption === undefined) this.close('SELLIA_HEARTBEAT', reason);
    else this.#detach(reason);
  }

  #fail(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.close(error.code, error.message);
      return;
    }
    this.#options.handler.onFault(error);
    this.close('SELLIA_INTERNAL', 'internal error');
  }

  /** The transport is lost; the session ends, or waits for another. */
  #detach(reason: string): void {
    this.#greetingTimer?.cancel();
    this.#carrier.drop();
    if (this.#resumption === undefined) {
      this.#end('SELLIA_LINK_LOST', reason);
      return;
    }
    this.#startGrace();
    this.#options.handler.onAway?.(reason);
  }

  #startGrace(): void {
    if (this.#state !== 'open') return;
    this.#state = 'away';
    this.#resumption?.startGrace(() => this.close('SELLIA_LINK_LOST', 'away for too long'));
    this.#budget.wentAway(this);
  }

  #muxOnStream(stream: MuxStream, text: string, ended: boolean): void {
    this.#requireOpen();
    const open = decodeOpen(text);
    this.#options.handler.onStream(stream, open, ended);
  }

  #muxOnControl(message: ControlMessage): void {
    this.#requireOpen();
    this.#options.handler.onControl(message);
  }

  #muxOnGoingAway(lastStreamId: number): void {
    this.#requireOpen();
    this.#isLeaving = true;
    this.#options.handler.onGoingAway(lastStreamId);
  }

  #requireOpen(): void {
    if (this.#state === 'open') return;
    throw new ProtocolError('SELLIA_PROTOCOL', 'a session frame before the greeting');
  }

  #muxOnLinkFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    switch (type) {
      case FrameType.Hello:
        this.#onHello(nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Welcome:
        this.#onWelcome(nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Resume:
        this.#onResume(nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Goaway: {
        const code = codeOf(readErrorNumber(bytes, start, end));
        this.#onGoaway(code, nativeLatin1.read(bytes, start + 2, end));
        return;
      }
      default:
        this.#requireOpen();
        this.#carrier.onLinkFrame(type, bytes, start, end);
    }
  }

  /** Behind a RESUME that was taken, HELLO has no meaning any more. */
  #onHello(text: string): void {
    if (this.#state === 'closed') return;
    const { role, graceMs } = this.#options;
    if (role !== 'relay' || this.#state !== 'greeting') throw outOfPlace();
    const peer = decodeHello(text);
    requireVersion(peer);
    const grace = graceMs ?? 0;
    if (this.#id === '') this.#id = randomUUID();
    const secret = grace > 0 ? makeSessionSecret() : '';
    const welcome = { ...this.#hello, session: this.#id, secret, graceMs: grace };
    this.#carrier.greet(FrameType.Welcome, encodeControl(welcome));
    this.#greeted(peer, secret, grace);
  }

  #onWelcome(text: string): void {
    if (this.#options.role !== 'client') throw outOfPlace();
    const welcome = decodeWelcome(text);
    requireVersion(welcome);
    if (this.#state === 'greeting') this.#welcomed(welcome);
    else if (this.#state === 'away') this.#renewed(welcome);
    else throw outOfPlace();
  }

  #takeWelcome(): void {
    const welcome = this.#welcome;
    this.#welcome = undefined;
    if (welcome !== undefined) this.#welcomed(welcome);
  }

  #welcomed(welcome: Welcome): void {
    if (this.#state !== 'greeting') return;
    this.#id = welcome.session;
    const own = this.#options.graceMs ?? Number.POSITIVE_INFINITY;
    this.#greeted(welcome, welcome.secret, Math.min(own, welcome.graceMs));
  }

  /** The relay has forgotten this session, and has made a fresh one for the transport. */
  #renewed(welcome: Welcome): void {
    const transport = this.#carrier.release();
    if (transport !== undefined) this.#options.handler.onRenewed?.(transport, welcome);
    this.#end('SELLIA_LINK_LOST', 'the relay does not know the session any more');
  }

  #greeted(peer: Hello | Welcome, secret: string, graceMs: number): void {
    if (secret !== '' && graceMs > 0) {
      this.#resumption = new Resumption(this.#options.clock, this.#id, secret, graceMs);
    }
    this.#mux.setPeerLimits(peer.initialWindow, peer.maxStreams);
    this.#mux.payloadMax = Number.MAX_SAFE_INTEGER;
    this.#greetingTimer?.cancel();
    this.#state = 'open';
    this.#carrier.open(this.#resumption !== undefined);
    this.#options.handler.onReady(peer);
  }

  #onResume(text: string): void {
    const resume = decodeResume(text);
    if (this.#options.role === 'client') this.#onResumed(resume);
    else if (this.#state === 'greeting') this.#offer(resume);
    else throw outOfPlace();
  }

  /** Relay: a transport that another session may take; if none knows it, HELLO follows. */
  #offer(resume: Resume): void {
    const verdict = this.#options.handler.onResume?.(resume, () => this.#give()) ?? 'unknown';
    if (verdict === 'unknown' || this.#state === 'closed') return;
    throw new ProtocolError('SELLIA_RESUME_REFUSED', 'the session is not yours to resume');
  }

  #give(): Transport | undefined {
    const transport = this.#carrier.release();
    this.#end('SELLIA_LINK_LOST', 'resumed an earlier session');
    return transport;
  }

  /** Client: the relay knows the session, and says what it has of it. */
  #onResumed(resume: Resume): void {
    if (this.#state !== 'away' || this.#resumption?.isAnswer(resume) !== true) throw outOfPlace();
    if (!this.#carrier.canResume(resume.received)) throw outOfPlace();
    this.#resume(resume.received);
  }

  /** Goes on over the transport in use; the peer has `received` of our frames. */
  #resume(received: number): void {
    this.#greetingTimer?.cancel();
    this.#resumption?.endGrace();
    this.#budget.cameBack(this);
    this.#state = 'open';
    this.#carrier.resume(received);
    if (this.#resumption?.advances(received, this.#carrier.keptBytes > 0) === false) {
      this.close('SELLIA_LINK_LOST', 'what is sent again never arrives');
      return;
    }
    this.#options.handler.onBack?.();
  }

  #onGoaway(code: ErrorCode, reason: string): void {
    const transport = this.#carrier.stop();
    this.#end(code, reason);
    transport?.close();
  }

  #end(code: ErrorCode, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#greetingTimer?.cancel();
    this.#resumption?.endGrace();
    this.#budget.cameBack(this);
    this.#carrier.stop();
    // Whoever said that it leaves, and is gone, has left.
    const hasLeft = this.#isLeaving && code === 'SELLIA_LINK_LOST';
    this.#mux.fail(hasLeft ? 'SELLIA_GOING_AWAY' : code, reason);
    this.#options.handler.onClosed(code, reason);
  }
}

function requireVersion({ version }: Hello): void {
  if (version === limits.PROTOCOL_VERSION) return;
  const reason = `protocol version ${version}, this side speaks ${limits.PROTOCOL_VERSION}`;
  throw new ProtocolError('SELLIA_VERSION', reason);
}

function outOfPlace(): ProtocolError {
  return new ProtocolError('SELLIA_PROTOCOL', 'greeting out of place');
}
