import {
  type ControlMessage,
  decodeResume,
  type ErrorCode,
  encodeControl,
  encodeOpen,
  FrameType,
  type Hello,
  limits,
  type Mux,
  type MuxStream,
  type Opening,
  ProtocolError,
  type RequestHead,
  type Resume,
  type StreamHandler,
  type Welcome,
} from '@sellia/protocol';
import type { Carrier } from './carrier.ts';
import { Conversation } from './conversation.ts';
import { Greeting, outOfPlace } from './greeting.ts';
import { type AwayKeeper, KeptBudget } from './kept-budget.ts';
import { agreedResumption, type Resumption } from './resumption.ts';
import type { SessionOptions } from './session-options.ts';
import type { Transport } from './transport.ts';

/**
 *     greeting -> open <-> away -> closed
 *         \________\________\_______/
 *
 * `away`: the transport is lost, streams wait for another one.
 */
export type SessionState = 'greeting' | 'open' | 'away' | 'closed';

/**
 * The life of a session over one transport after the other: here it is decided what each event leads
 * to. Messages are judged by its Conversation, greetings by its Greeting, claims by its Resumption.
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
  readonly #greeting: Greeting;
  readonly #budget: KeptBudget;
  #state: SessionState = 'greeting';
  #id: string;
  #resumption: Resumption | undefined;
  #isLeaving = false;

  constructor(options: SessionOptions) {
    const { transport, role, welcome, sessionId, keptBudget } = options;
    this.#options = options;
    this.#id = sessionId ?? '';
    this.#budget = keptBudget ?? new KeptBudget();
    this.#greeting = new Greeting(options);
    const conversation = this.#converse();
    this.#mux = conversation.mux;
    this.#mux.payloadMax = limits.HELLO_MAX;
    this.#carrier = conversation.carrier;
    this.#carrier.use(transport);
    this.#greeting.begin(() => this.close('SELLIA_HELLO_TIMEOUT', 'no greeting in time'));
    if (welcome !== undefined) conversation.begin(welcome);
    else if (role === 'client') this.#sayHello();
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
    this.#sayHello();
    this.#greeting.begin(() => this.#detach('no answer to RESUME in time'));
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

  #converse(): Conversation {
    return new Conversation(this.#options, this.#budget, {
      isOpen: () => this.#state === 'open',
      onWelcomed: (welcome) => this.#onWelcomed(welcome),
      onHello: (text) => this.#onHello(text),
      onWelcome: (text) => this.#onWelcome(text),
      onResume: (text) => this.#onResume(text),
      onGoaway: (code, reason) => this.#onGoaway(code, reason),
      onGoingAway: (lastStreamId) => this.#onGoingAway(lastStreamId),
      onFailure: (code, reason) => this.close(code, reason),
      onClose: (reason) => this.#onClose(reason),
      onSilence: () => this.#onSilence(),
    });
  }

  get #isGreeted(): boolean {
    return this.#state === 'open' || this.#state === 'away';
  }

  #onClose(reason: string): void {
    if (this.#state === 'greeting') this.#end('SELLIA_LINK_LOST', reason);
    else this.#detach(reason);
  }

  #onSilence(): void {
    const reason = 'the peer has been silent for too long';
    if (this.#resumption === undefined) this.close('SELLIA_HEARTBEAT', reason);
    else this.#detach(reason);
  }

  /** The transport is lost; the session ends, or waits for another. */
  #detach(reason: string): void {
    this.#greeting.end();
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

  /** It waits neither for a greeting nor for a transport. */
  #endWaits(): void {
    this.#greeting.end();
    this.#resumption?.endGrace();
    this.#budget.cameBack(this);
  }

  #sayHello(): void {
    this.#carrier.greet(FrameType.Hello, encodeControl(this.#greeting.hello));
  }

  #onHello(text: string): void {
    if (this.#state !== 'greeting') throw outOfPlace();
    const hello = this.#greeting.readHello(text);
    const welcome = this.#greeting.makeWelcome();
    this.#carrier.greet(FrameType.Welcome, encodeControl(welcome));
    this.#greeted(hello, welcome);
  }

  #onWelcome(text: string): void {
    const welcome = this.#greeting.readWelcome(text);
    if (this.#state === 'greeting') this.#greeted(welcome, welcome);
    else if (this.#state === 'away') this.#renewed(welcome);
    else throw outOfPlace();
  }

  #onWelcomed(welcome: Welcome): void {
    if (this.#state === 'greeting') this.#greeted(welcome, welcome);
  }

  /** The relay has forgotten this session, and has made a fresh one for the transport. */
  #renewed(welcome: Welcome): void {
    const transport = this.#carrier.release();
    if (transport !== undefined) this.#options.handler.onRenewed?.(transport, welcome);
    this.#end('SELLIA_LINK_LOST', 'the relay does not know the session any more');
  }

  #greeted(peer: Hello | Welcome, welcome: Welcome): void {
    this.#id = welcome.session;
    this.#resumption = agreedResumption(this.#options, welcome);
    this.#mux.setPeerLimits(peer.initialWindow, peer.maxStreams);
    this.#mux.payloadMax = Number.MAX_SAFE_INTEGER;
    this.#greeting.end();
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
    this.#endWaits();
    this.#state = 'open';
    this.#carrier.resume(received);
    if (this.#resumption?.advances(received, this.#carrier.keptBytes > 0) === false) {
      this.close('SELLIA_LINK_LOST', 'what is sent again never arrives');
      return;
    }
    this.#options.handler.onBack?.();
  }

  #onGoingAway(lastStreamId: number): void {
    this.#isLeaving = true;
    this.#options.handler.onGoingAway(lastStreamId);
  }

  #onGoaway(code: ErrorCode, reason: string): void {
    const transport = this.#carrier.stop();
    this.#end(code, reason);
    transport?.close();
  }

  #end(code: ErrorCode, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#endWaits();
    this.#carrier.stop();
    // Whoever said that it leaves, and is gone, has left.
    const hasLeft = this.#isLeaving && code === 'SELLIA_LINK_LOST';
    this.#mux.fail(hasLeft ? 'SELLIA_GOING_AWAY' : code, reason);
    this.#options.handler.onClosed(code, reason);
  }
}
