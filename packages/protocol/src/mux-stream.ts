import type { ErrorCode } from './errors.ts';
import { ProtocolError, wireOf } from './errors.ts';
import type { ReceiveWindow, SendWindow } from './flow.ts';
import { FrameType } from './frame.ts';
import { INFO_MAX, SEND_HIGH_WATER } from './limits.ts';
import { SendQueue } from './send-queue.ts';
import type { StreamHandler } from './stream-handler.ts';

/** The mux as its streams see it. */
export interface StreamHost {
  /** The stream has frames to send. */
  wake(stream: MuxStream): void;
  /** A WINDOW or STOP of the stream must go out. */
  wakeUrgent(stream: MuxStream): void;
  /** Both directions are over on this side. */
  closed(stream: MuxStream): void;
  /** Milliseconds of the driver's clock. */
  now(): number;
  readonly roundTrip: number;
}

/**
 * A direction is open until END (clean) or RESET (not). Sending is over once that frame has left,
 * receiving once it has come. STOP asks the peer to RESET; the stream lives until that arrives, so
 * a cancelled stream counts against the limits until the other side has let go of it.
 *
 *              write END                 get END
 *     open ---------------> ended    open -------> ended
 *       \------------------> reset     \---------> reset
 *         reset, abort,                   get RESET, link lost
 *         get STOP
 */
type Direction = 'open' | 'ended' | 'reset';

/** One stream of a mux. All methods are safe at any time; after the end they do nothing. */
export class MuxStream {
  readonly id: number;
  handler: StreamHandler;
  /** Links of the mux's list of streams that are ready to send. */
  nextReady: MuxStream | undefined = undefined;
  isReady = false;
  isUrgent = false;
  deficit = 0;
  readonly queue: SendQueue = new SendQueue();
  readonly sendWindow: SendWindow;
  readonly #receiveWindow: ReceiveWindow;
  readonly #host: StreamHost;
  #sending: Direction = 'open';
  #sent = false;
  #receiving: Direction = 'open';
  /** The response head has not come; on the accepting side none ever does. */
  #awaitsHead: boolean;
  readonly #isOpener: boolean;
  #infos = 0;
  #stopped = false;
  #stopToSend: { readonly wire: number; readonly reason: string } | undefined;
  #grant = 0;
  #blocked = false;
  #closed = false;

  constructor(
    id: number,
    isOpener: boolean,
    handler: StreamHandler,
    host: StreamHost,
    sendWindow: SendWindow,
    receiveWindow: ReceiveWindow,
  ) {
    this.id = id;
    this.handler = handler;
    this.#host = host;
    this.#isOpener = isOpener;
    this.#awaitsHead = isOpener;
    this.sendWindow = sendWindow;
    this.#receiveWindow = receiveWindow;
  }

  get sending(): Direction {
    return this.#sending;
  }

  get receiving(): Direction {
    return this.#receiving;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** The next thing to send needs credit that the peer has not given. */
  get isStarved(): boolean {
    return this.sendWindow.credit === 0 && this.queue.needsCredit;
  }

  /** Acceptor only: the response head (`encodeResponse`), once. */
  head(text: string, ended: boolean): void {
    this.#push(FrameType.Head, text, ended);
  }

  /** Acceptor only: an interim head, before `head`. */
  info(text: string): void {
    this.#push(FrameType.Info, text, false);
  }

  /**
   * Queues `chunk`, which the stream then owns. False: stop until `onDrain`. One chunk past the
   * high-water mark is held, so keep chunks near 64 KiB.
   */
  write(chunk: Uint8Array): boolean {
    if (this.#sending !== 'open' || chunk.length === 0) return true;
    this.queue.pushData(chunk);
    this.#host.wake(this);
    if (this.queue.cost < SEND_HIGH_WATER) return true;
    this.#blocked = true;
    return false;
  }

  /** Bytes that were written and wait for credit or for the link, about: with what holding them costs. */
  get waiting(): number {
    return this.queue.cost;
  }

  /** Trailers (`encodeTrailers`) and the clean end of this direction. */
  trailers(text: string): void {
    this.#push(FrameType.Trailers, text, true);
  }

  /** Clean end of this direction. */
  end(): void {
    if (this.#sending !== 'open') return;
    this.#sending = 'ended';
    this.queue.pushEnd();
    this.#host.wake(this);
  }

  /** "I send no more": what was written before is delivered first. */
  reset(code: ErrorCode, reason = ''): void {
    if (this.#sending !== 'open') return;
    this.#sending = 'reset';
    this.queue.pushReset(wireOf(code), reason);
    this.#host.wake(this);
  }

  /** "I read no more, send no more": what still comes is dropped. */
  stop(code: ErrorCode, reason = ''): void {
    if (this.#receiving !== 'open' || this.#stopped) return;
    this.#stopped = true;
    this.#stopToSend = { wire: wireOf(code), reason };
    this.#host.wakeUrgent(this);
  }

  /** Lets go of both directions at once; what was queued is dropped. */
  abort(code: ErrorCode, reason = ''): void {
    if (this.#closed) return;
    if (this.queue.isUnopened) {
      this.#dropUnopened();
      return;
    }
    if (!this.#sent) this.#dropAndReset(code, reason);
    this.stop(code, reason);
    // A handler may have thrown when it was told of the end, which then was not taken note of.
    this.#closeWhenDone();
  }

  /** The reader is done with `bytes` of what `onData` brought: the peer may send as much again. */
  consume(bytes: number): void {
    if (this.#receiving !== 'open' || this.#stopped) return;
    const grant = this.#receiveWindow.consumed(bytes, this.#host.now(), this.#host.roundTrip);
    if (grant === 0) return;
    this.#grant += grant;
    this.#host.wakeUrgent(this);
  }

  // What follows is between the mux and its stream.

  open(text: string, ended: boolean): void {
    this.#push(FrameType.Open, text, ended);
  }

  /** Credit to send as WINDOW now, taken once. */
  takeGrant(): number {
    const grant = this.#receiving === 'open' ? this.#grant : 0;
    this.#grant = 0;
    return grant;
  }

  takeStop(): { readonly wire: number; readonly reason: string } | undefined {
    const stop = this.#stopToSend;
    this.#stopToSend = undefined;
    return stop;
  }

  /** After a frame was written: true when `onDrain` is due. */
  afterWrite(): boolean {
    if (this.queue.isEmpty && this.#sending !== 'open' && !this.#sent) {
      this.#sent = true;
      this.#closeWhenDone();
    }
    if (!this.#blocked || this.queue.cost >= SEND_HIGH_WATER) return false;
    this.#blocked = false;
    return this.#sending === 'open';
  }

  /** OPEN had END: there is no request body. */
  receiveEndOfOpen(): void {
    if (this.#receiving === 'open') this.#receiving = 'ended';
    this.#closeWhenDone();
  }

  receiveHead(text: string, ended: boolean): void {
    this.#expect(this.#isOpener && this.#awaitsHead, 'HEAD out of place');
    this.#awaitsHead = false;
    if (ended) this.#receiving = 'ended';
    if (!this.#stopped) this.handler.onHead(text, ended);
    if (ended) this.#closeWhenDone();
  }

  receiveInfo(text: string): void {
    this.#expect(this.#isOpener && this.#awaitsHead, 'INFO out of place');
    this.#expect(++this.#infos <= INFO_MAX, 'too many INFO');
    if (!this.#stopped) this.handler.onInfo(text);
  }

  receiveData(chunk: Uint8Array, ended: boolean): void {
    this.#expect(!this.#awaitsHead, 'DATA before HEAD');
    this.#expect(this.#receiving === 'open', 'DATA after the end');
    this.#receiveWindow.received(chunk.length);
    if (ended) this.#receiving = 'ended';
    if (!this.#stopped) {
      if (chunk.length > 0) this.handler.onData(chunk);
      if (ended) this.handler.onEnd();
    }
    if (ended) this.#closeWhenDone();
  }

  receiveTrailers(text: string, ended: boolean): void {
    this.#expect(!this.#awaitsHead && ended, 'TRAILERS out of place');
    this.#expect(this.#receiving === 'open', 'TRAILERS after the end');
    this.#receiving = 'ended';
    if (!this.#stopped) {
      this.handler.onTrailers(text);
      this.handler.onEnd();
    }
    this.#closeWhenDone();
  }

  receiveReset(code: ErrorCode, reason: string): void {
    this.#expect(this.#receiving === 'open', 'RESET after the end');
    this.#receiving = 'reset';
    if (!this.#stopped) this.handler.onReset(code, reason);
    this.#closeWhenDone();
  }

  receiveStop(code: ErrorCode, reason: string): void {
    const wasOpen = this.#sending === 'open';
    if (this.#sent) return;
    this.#dropAndReset('SELLIA_STOPPED', '');
    if (wasOpen) this.handler.onStop(code, reason);
  }

  /** The session is gone: nothing more will come or go. */
  fail(code: ErrorCode, reason: string): void {
    if (this.#closed) return;
    const wasSending = this.#sending === 'open';
    const wasReceiving = this.#receiving === 'open' && !this.#stopped;
    this.queue.clear();
    this.#sending = 'reset';
    this.#sent = true;
    this.#receiving = this.#receiving === 'open' ? 'reset' : this.#receiving;
    this.#closeWhenDone();
    if (wasSending) this.handler.onStop(code, reason);
    if (wasReceiving) this.handler.onReset(code, reason);
  }

  release(): void {
    this.#receiveWindow.release();
  }

  #push(type: number, text: string, ended: boolean): void {
    if (this.#sending !== 'open') return;
    if (ended) this.#sending = 'ended';
    this.queue.pushText(type, text, ended);
    this.#host.wake(this);
  }

  #dropAndReset(code: ErrorCode, reason: string): void {
    this.queue.clear();
    this.#sending = 'reset';
    this.queue.pushReset(wireOf(code), reason);
    this.#host.wake(this);
  }

  #dropUnopened(): void {
    this.queue.clear();
    this.#sending = 'reset';
    this.#sent = true;
    this.#receiving = 'reset';
    this.#closeWhenDone();
  }

  #closeWhenDone(): void {
    if (this.#closed || !this.#sent || this.#receiving === 'open') return;
    this.#closed = true;
    this.#host.closed(this);
  }

  #expect(condition: boolean, reason: string): void {
    if (!condition) throw new ProtocolError('SELLIA_PROTOCOL', reason);
  }
}
