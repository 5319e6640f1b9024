import type { Buffer } from 'node:buffer';
import {
  type ControlMessage,
  CreditPool,
  codeOf,
  decodeHello,
  decodeOpen,
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
  readCount,
  readErrorNumber,
  type StreamHandler,
  type Welcome,
  wireOf,
  writeErrorFrame,
} from '@sellia/protocol';
import type { Timer } from './clock.ts';
import { HEARTBEAT, Heartbeat } from './heartbeat.ts';
import { LinkFrames } from './link-frames.ts';
import { nativeLatin1 } from './native-latin1.ts';
import { Pace } from './pace.ts';
import type { SessionOptions } from './session-options.ts';
import { giveSlab, takeSlab } from './slab-pool.ts';

/** Promised credit of a process without a limit of its own: 32,768 streams that have not grown. */
const PROCESS_CREDIT = 8 * 1024 ** 3;
const GREETING_MS = 10_000;
/** Bytes waiting in the transport at which no more is pulled: enough to keep the kernel busy. */
const TRANSPORT_HIGH_WATER = 256 * 1024;

/**
 * Drives a mux over a transport: greeting, acknowledging, pacing, heartbeat, end.
 *
 *     client                      relay
 *        | -- HELLO ----------------> |  version, window, streams
 *        | <---------------- WELCOME- |  ... and the session's name
 *        | -- CONTROL tunnel.open --> |
 *        | <-- OPEN, DATA, ... ------>|  session frames, counted
 *        | <-- ACK, PING, PONG ------>|  link frames, not counted
 *        | <-- GOAWAY -------------->x|  a fatal end, with its code
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #mux: Mux;
  readonly #pace = new Pace();
  readonly #heartbeat: Heartbeat;
  readonly #link: LinkFrames;
  #state: 'greeting' | 'open' | 'closed' = 'greeting';
  #id: string;
  #greetingTimer: Timer | undefined;
  #ackTimer: Timer | undefined;
  #flushing = false;
  /** Received since the last ACK. */
  #unackedBytes = 0;
  #isLeaving = false;

  constructor(options: SessionOptions) {
    const { clock, transport, role } = options;
    this.#options = options;
    this.#id = options.sessionId ?? '';
    this.#mux = this.#createMux();
    this.#mux.payloadMax = limits.HELLO_MAX;
    this.#link = new LinkFrames(clock, this.#mux, this.#pace);
    this.#heartbeat = new Heartbeat(
      clock,
      options.heartbeat ?? HEARTBEAT,
      () => this.#sendPing(),
      () => this.close('SELLIA_HEARTBEAT', 'the peer has been silent for too long'),
    );
    this.#greetingTimer = clock.after(options.greetingMs ?? GREETING_MS, () =>
      this.close('SELLIA_HELLO_TIMEOUT', 'no greeting in time'),
    );
    transport.listen({
      onMessage: (bytes) => this.#transportOnMessage(bytes),
      onClose: (reason) => this.#end('SELLIA_LINK_LOST', reason),
    });
    if (role === 'client') this.#greet();
  }

  get id(): string {
    return this.#id;
  }

  get state(): 'greeting' | 'open' | 'closed' {
    return this.#state;
  }

  /** Smoothed, milliseconds; 0 before the first measurement. */
  get roundTrip(): number {
    return this.#pace.roundTrip;
  }

  get streamCount(): number {
    return this.#mux.size;
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

  /** False when too much waits already or the session is over. */
  sendControl(message: ControlMessage): boolean {
    return this.#state === 'open' && this.#mux.sendControl(message);
  }

  /** Graceful: no new streams, running ones finish. The owner closes when they have. */
  goAway(): void {
    if (this.#state !== 'open' || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#mux.sendGoingAway(this.#mux.lastStreamId);
  }

  /** Ends the session: GOAWAY with `code`, every stream is told, the transport closes. */
  close(code: ErrorCode, reason: string): void {
    if (this.#state === 'closed') return;
    const bytes = takeSlab();
    const end = writeErrorFrame(nativeLatin1, bytes, 0, 0, FrameType.Goaway, wireOf(code), reason);
    this.#options.transport.send(bytes.subarray(0, end), () => giveSlab(bytes));
    this.#end(code, reason);
    this.#options.transport.close();
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
        onWants: () => this.#scheduleFlush(),
      },
    });
  }

  #greet(): void {
    const { agent, capabilities, maxStreams, receiveWindow, role } = this.#options;
    const hello: Hello = {
      version: limits.PROTOCOL_VERSION,
      capabilities: capabilities ?? [],
      initialWindow: receiveWindow ?? limits.INITIAL_WINDOW,
      maxStreams: maxStreams ?? limits.STREAMS_MAX,
      agent,
    };
    if (role === 'client') this.#link.greet(FrameType.Hello, encodeControl(hello));
    else this.#link.greet(FrameType.Welcome, encodeControl({ ...hello, session: this.#id }));
    this.#scheduleFlush();
  }

  #transportOnMessage(bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    this.#heartbeat.heard(this.#options.clock.now());
    try {
      if (bytes.length === 0) throw new ProtocolError('SELLIA_PROTOCOL', 'empty message');
      this.#mux.receive(bytes);
      if (!this.#mux.atBoundary) {
        throw new ProtocolError('SELLIA_PROTOCOL', 'a message ends within a frame');
      }
      // Whatever it was, and be it unknown and optional: the greeting comes first.
      if (this.#state === 'greeting') this.#requireOpen();
      this.#acknowledgeSoon(bytes.length);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.close(error.code, error.message);
      return;
    }
    this.#options.handler.onFault(error);
    this.close('SELLIA_INTERNAL', 'internal error');
  }

  #acknowledgeSoon(bytes: number): void {
    if (!this.#link.ackIsDue) return;
    this.#unackedBytes += bytes;
    if (this.#unackedBytes >= limits.ACK_BYTES) {
      this.#scheduleFlush();
      return;
    }
    this.#ackTimer ??= this.#options.clock.after(limits.ACK_DELAY, () => {
      this.#ackTimer = undefined;
      if (this.#link.ackIsDue) this.#scheduleFlush();
    });
  }

  #scheduleFlush(): void {
    if (this.#flushing || this.#state === 'closed') return;
    this.#flushing = true;
    this.#options.clock.soon(this.#flush);
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    const { transport } = this.#options;
    while (this.#state !== 'closed' && transport.buffered < TRANSPORT_HIGH_WATER) {
      if (!this.#sendMessage()) return;
    }
  };

  /** One message of link frames and as many session frames as fit; false when there was nothing. */
  #sendMessage(): boolean {
    const slab = takeSlab();
    this.#unackedBytes = 0;
    const linkEnd = this.#link.write(slab);
    const mayPull = this.#state === 'open' && !this.#pace.isFull;
    const end = mayPull ? this.#mux.next(slab, linkEnd) : linkEnd;
    if (end === 0) {
      giveSlab(slab);
      return false;
    }
    if (end > linkEnd) {
      this.#pace.sent(end - linkEnd, this.#mux.framesSent, this.#options.clock.now());
    }
    this.#options.transport.send(slab.subarray(0, end), () => this.#messageSent(slab));
    return true;
  }

  #messageSent(slab: Buffer): void {
    giveSlab(slab);
    if (this.#state === 'open' && this.#mux.wants && !this.#pace.isFull) this.#scheduleFlush();
  }

  #sendPing(): void {
    if (this.#state !== 'open') return;
    this.#link.ping();
    this.#scheduleFlush();
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
      case FrameType.Welcome:
        this.#onGreeting(type, nativeLatin1.read(bytes, start, end));
        return;
      case FrameType.Ack:
        this.#onAck(readCount(bytes, start, end));
        return;
      case FrameType.Ping:
        this.#onPing(readCount(bytes, start, end));
        return;
      case FrameType.Pong:
        this.#onPong(readCount(bytes, start, end));
        return;
      case FrameType.Goaway:
        this.#end(
          codeOf(readErrorNumber(bytes, start, end)),
          nativeLatin1.read(bytes, start + 2, end),
        );
        this.#options.transport.close();
        return;
      case FrameType.Resume:
        throw new ProtocolError('SELLIA_PROTOCOL', 'this session cannot be resumed');
      default:
        this.#link.spendIdle();
    }
  }

  #onGreeting(type: number, text: string): void {
    const isRelay = this.#options.role === 'relay';
    if (this.#state !== 'greeting' || type !== (isRelay ? FrameType.Hello : FrameType.Welcome)) {
      throw new ProtocolError('SELLIA_PROTOCOL', 'greeting out of place');
    }
    const peer = isRelay ? decodeHello(text) : decodeWelcome(text);
    if (peer.version !== limits.PROTOCOL_VERSION) {
      const reason = `protocol version ${peer.version}, this side speaks ${limits.PROTOCOL_VERSION}`;
      throw new ProtocolError('SELLIA_VERSION', reason);
    }
    if (isWelcome(peer)) this.#id = peer.session;
    this.#greetingTimer?.cancel();
    this.#state = 'open';
    this.#mux.setPeerLimits(peer.initialWindow, peer.maxStreams);
    this.#mux.payloadMax = Number.MAX_SAFE_INTEGER;
    if (isRelay) this.#greet();
    this.#sendPing();
    this.#options.handler.onReady(peer);
  }

  #onAck(count: number): void {
    this.#requireOpen();
    const wasFull = this.#pace.isFull;
    this.#link.onAck(count);
    if (wasFull && !this.#pace.isFull && this.#mux.wants) this.#scheduleFlush();
  }

  #onPing(number: number): void {
    this.#requireOpen();
    this.#link.onPing(number);
    this.#scheduleFlush();
  }

  #onPong(number: number): void {
    this.#requireOpen();
    this.#link.onPong(number);
    this.#mux.roundTrip = this.#pace.roundTrip;
  }

  #end(code: ErrorCode, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#heartbeat.stop();
    this.#greetingTimer?.cancel();
    this.#ackTimer?.cancel();
    this.#mux.fail(code, reason);
    this.#options.handler.onClosed(code, reason);
  }
}

function isWelcome(peer: Hello | Welcome): peer is Welcome {
  return 'session' in peer;
}
