import { type ControlMessage, decodeControl, encodeControl } from './control.ts';
import { FrameDecoder, readErrorNumber, readU32, readWindow } from './decode.ts';
import { codeOf, type ErrorCode, ProtocolError } from './errors.ts';
import { CreditPool, ReceiveWindow, SendWindow } from './flow.ts';
import { FrameType, isLinkFrame } from './frame.ts';
import {
  CREDIT_MAX,
  DATA_MAX,
  FRAME_HEADER,
  GLITCH_BURST,
  GLITCH_RATE,
  SESSION_GROWTH,
  STREAM_ID_MAX,
} from './limits.ts';
import type { MuxOptions } from './mux-options.ts';
import { MuxStream, type StreamHost } from './mux-stream.ts';
import { Outbox } from './outbox.ts';
import { ReadyList } from './ready-list.ts';
import { type StreamHandler, UNOWNED } from './stream-handler.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Many streams over one ordered pipe. Bytes go in by `receive`, events come out by the handlers;
 * writes queue on their streams and `next` pulls them: control first, then streams in turn. Pure:
 * no I/O, no clock of its own. Throws ProtocolError from `receive` when the peer broke the
 * protocol; the driver then says so to the peer and calls `fail`.
 */
export class Mux implements StreamHost {
  /** Smoothed round trip in milliseconds, kept up to date by the driver. */
  roundTrip = 0;
  /** Session frames so far, for acknowledging; `framesSent` is the other direction's. */
  framesReceived = 0;
  #streamFramesSent = 0;
  readonly #options: MuxOptions;
  readonly #decoder: FrameDecoder;
  readonly #streams = new Map<number, MuxStream>();
  readonly #ready = new ReadyList();
  readonly #outbox: Outbox;
  #drained: MuxStream[] = [];
  #nextId: number;
  /** Highest id that the opener has used, as both sides know it. */
  #lastId = 0;
  readonly #growth = new CreditPool(SESSION_GROWTH);
  readonly #glitches: TokenBucket;
  /** Bytes sent that have not earned a token yet. */
  #unpaid = 0;
  #wanting = false;
  #failed = false;
  /** Until the peer has said: nothing may be sent. */
  #sendWindow = 0;
  #maxStreams: number;

  constructor(options: MuxOptions) {
    this.#options = options;
    this.#nextId = options.firstStreamId ?? 1;
    this.#maxStreams = options.maxStreams;
    this.#outbox = new Outbox(options.latin1);
    this.#glitches = new TokenBucket(GLITCH_BURST, GLITCH_RATE, options.now());
    this.#decoder = new FrameDecoder(this.#onFrame);
  }

  /** Streams that are not over on both sides. */
  get size(): number {
    return this.#streams.size;
  }

  get framesSent(): number {
    return this.#streamFramesSent + this.#outbox.framesSent;
  }

  get lastStreamId(): number {
    return this.#lastId;
  }

  /** No frame is half received. */
  get atBoundary(): boolean {
    return this.#decoder.atBoundary;
  }

  /** The numbers are used up: the session must be replaced. */
  get isExhausted(): boolean {
    return this.#nextId > STREAM_ID_MAX;
  }

  /** Something waits for `next`. */
  get wants(): boolean {
    return !this.#ready.isEmpty || !this.#outbox.isEmpty;
  }

  now(): number {
    return this.#options.now();
  }

  /** What the peer's greeting said; before the first stream. */
  setPeerLimits(initialWindow: number, maxStreams: number): void {
    if (initialWindow > CREDIT_MAX) throw new ProtocolError('SELLIA_PROTOCOL', 'window too large');
    this.#sendWindow = initialWindow;
    if (this.#options.role === 'relay') this.#maxStreams = Math.min(this.#maxStreams, maxStreams);
  }

  /** Frames larger than this are refused; lifted when the peer has introduced itself. */
  set payloadMax(bytes: number) {
    this.#decoder.payloadMax = bytes;
  }

  /**
   * Opens a stream (`encodeOpen`). Undefined when it may not: streams at the peer's limit, credit
   * of the process used up, numbers used up, or the mux failed.
   */
  open(text: string, ended: boolean, handler: StreamHandler): MuxStream | undefined {
    if (this.#failed || this.isExhausted) return undefined;
    if (this.#streams.size >= this.#maxStreams) return undefined;
    const stream = this.#create(this.#nextId, true, handler);
    if (stream === undefined) return undefined;
    this.#lastId = this.#nextId;
    this.#nextId += 2;
    stream.open(text, ended);
    return stream;
  }

  /** False when the queue is full: drop what can be dropped, end the session otherwise. */
  sendControl(message: ControlMessage): boolean {
    if (this.#failed || !this.#outbox.addMessage(encodeControl(message))) return false;
    this.#want();
    return true;
  }

  /** Tells the peer that no stream above `lastStreamId` is taken any more. */
  sendGoingAway(lastStreamId: number): void {
    this.#outbox.setDrain(lastStreamId);
    this.#want();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#failed) this.#decoder.receive(bytes);
  }

  /**
   * Writes frames into `target` from `at`, whole ones only, until it is full or nothing may be
   * sent; returns the offset behind the last. An empty `target` of MESSAGE_MAX fits any frame.
   */
  next(target: Uint8Array, at: number): number {
    const offset = this.#writeStreams(target, this.#outbox.write(target, at));
    this.#wanting = this.wants;
    this.#tellDrained();
    return offset;
  }

  /** The session is over: every stream hears it, later writes do nothing. */
  fail(code: ErrorCode, reason: string): void {
    if (this.#failed) return;
    this.#failed = true;
    for (const stream of [...this.#streams.values()]) {
      try {
        stream.fail(code, reason);
      } catch (error) {
        this.#options.handler.onFault(error);
      }
    }
    this.#outbox.clear();
  }

  wake(stream: MuxStream): void {
    if (stream.isReady || stream.isStarved) return;
    this.#ready.add(stream);
    this.#want();
  }

  wakeUrgent(stream: MuxStream): void {
    if (this.#outbox.addUrgent(stream)) this.#want();
  }

  closed(stream: MuxStream): void {
    if (!this.#streams.delete(stream.id)) return;
    stream.release();
    this.#options.processCredit.give(this.#options.receiveWindow);
  }

  #create(id: number, isOpener: boolean, handler: StreamHandler): MuxStream | undefined {
    const { receiveWindow, processCredit, now } = this.#options;
    if (!processCredit.take(receiveWindow)) return undefined;
    const pools = [this.#growth, processCredit];
    const stream = new MuxStream(
      id,
      isOpener,
      handler,
      this,
      new SendWindow(this.#sendWindow),
      new ReceiveWindow(receiveWindow, pools, now()),
    );
    this.#streams.set(id, stream);
    this.#glitches.earn(4);
    return stream;
  }

  #want(): void {
    if (this.#wanting || this.#failed) return;
    this.#wanting = true;
    this.#options.handler.onWants();
  }

  #writeStreams(target: Uint8Array, at: number): number {
    let offset = at;
    for (let stream = this.#ready.peek(); stream !== undefined; stream = this.#ready.peek()) {
      const before = offset;
      offset = this.#writeStream(stream, target, offset);
      const idle = stream.queue.isEmpty || stream.isStarved;
      if (!idle && offset === before) break;
      this.#ready.spent(stream, offset - before, idle);
    }
    return offset;
  }

  /** One frame of `stream`; `at` again when it does not fit. */
  #writeStream(stream: MuxStream, target: Uint8Array, at: number): number {
    const { queue, sendWindow } = stream;
    if (queue.isEmpty || stream.isStarved) return at;
    const isData = queue.needsCredit;
    const { latin1 } = this.#options;
    const offset = queue.writeNext(latin1, target, at, target.length, stream.id, sendWindow.credit);
    if (offset === at) return at;
    this.#streamFramesSent++;
    if (isData) this.#spend(sendWindow, offset - at - FRAME_HEADER);
    if (stream.afterWrite()) this.#drained.push(stream);
    return offset;
  }

  /** Bytes that we send bring WINDOWs back: each 16 KiB pays for one. */
  #spend(window: SendWindow, bytes: number): void {
    window.spend(bytes);
    this.#unpaid += bytes;
    if (this.#unpaid < DATA_MAX) return;
    this.#glitches.earn(Math.floor(this.#unpaid / DATA_MAX));
    this.#unpaid %= DATA_MAX;
  }

  #tellDrained(): void {
    if (this.#drained.length === 0) return;
    const drained = this.#drained;
    this.#drained = [];
    for (const stream of drained) this.#guard(stream, () => stream.handler.onDrain());
  }

  readonly #onFrame = (
    type: number,
    streamId: number,
    ended: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void => {
    if (this.#failed) return;
    if (isLinkFrame(type)) {
      this.#options.handler.onLinkFrame(type, bytes, start, end);
      return;
    }
    this.framesReceived++;
    if (streamId === 0) this.#onSessionFrame(type, bytes, start, end);
    else if (type === FrameType.Open) this.#onOpen(streamId, ended, this.#text(bytes, start, end));
    else this.#onStreamFrame(type, streamId, ended, bytes, start, end);
  };

  #onSessionFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === FrameType.Control) {
      this.#glitch(1);
      const message = decodeControl(this.#text(bytes, start, end));
      if (message !== undefined) this.#options.handler.onControl(message);
    } else if (type === FrameType.Drain) {
      this.#glitch(1);
      if (end - start !== 4) throw new ProtocolError('SELLIA_PROTOCOL', 'DRAIN of a wrong length');
      this.#options.handler.onGoingAway(readU32(bytes, start));
    } else if (type < FrameType.Control) {
      throw new ProtocolError('SELLIA_PROTOCOL', 'stream frame on stream 0');
    } else {
      this.#glitch(1);
    }
  }

  #onOpen(streamId: number, ended: boolean, text: string): void {
    if (this.#options.role !== 'client') {
      throw new ProtocolError('SELLIA_PROTOCOL', 'OPEN from a client');
    }
    if (streamId % 2 === 0 || streamId <= this.#lastId) {
      throw new ProtocolError('SELLIA_PROTOCOL', `OPEN with id ${streamId}`);
    }
    if (this.#streams.size >= this.#maxStreams) {
      throw new ProtocolError('SELLIA_TOO_MANY_STREAMS', 'OPEN beyond the limit of streams');
    }
    this.#lastId = streamId;
    const stream = this.#create(streamId, false, UNOWNED);
    // The peer cannot know our other sessions' credit: an honest "not now", and nothing was begun.
    if (stream === undefined) throw new ProtocolError('SELLIA_TOO_MANY_STREAMS', 'no credit left');
    if (ended) stream.receiveEndOfOpen();
    this.#guard(stream, () => this.#options.handler.onStream(stream, text, ended));
  }

  #onStreamFrame(
    type: number,
    streamId: number,
    ended: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) {
      this.#onLateFrame(type, streamId);
      return;
    }
    try {
      this.#deliver(stream, type, ended, bytes, start, end);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      this.#abortFaulty(stream, error);
    }
  }

  #deliver(
    stream: MuxStream,
    type: number,
    ended: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    switch (type) {
      case FrameType.Data:
        if (start === end && !ended) this.#glitch(1);
        stream.receiveData(bytes.subarray(start, end), ended);
        return;
      case FrameType.Head:
        stream.receiveHead(this.#text(bytes, start, end), ended);
        return;
      case FrameType.Window:
        this.#glitch(1);
        stream.sendWindow.grant(readWindow(bytes, start, end));
        if (!stream.queue.isEmpty) this.wake(stream);
        return;
      case FrameType.Info:
        stream.receiveInfo(this.#text(bytes, start, end));
        return;
      case FrameType.Trailers:
        stream.receiveTrailers(this.#text(bytes, start, end), ended);
        return;
      case FrameType.Reset:
        this.#glitch(1);
        stream.receiveReset(
          codeOf(readErrorNumber(bytes, start, end)),
          this.#text(bytes, start + 2, end),
        );
        return;
      case FrameType.Stop:
        this.#glitch(1);
        stream.receiveStop(
          codeOf(readErrorNumber(bytes, start, end)),
          this.#text(bytes, start + 2, end),
        );
        return;
      case FrameType.Control:
      case FrameType.Drain:
        throw new ProtocolError('SELLIA_PROTOCOL', 'session frame on a stream');
      default:
        this.#glitch(1);
    }
  }

  /** A frame that crossed our own RESET or STOP on the way; a flood of them is none. */
  #onLateFrame(type: number, streamId: number): void {
    const isRelays = streamId % 2 === 1;
    if (!isRelays || streamId > this.#lastId || type > FrameType.Stop) {
      throw new ProtocolError('SELLIA_PROTOCOL', `frame for stream ${streamId}, which never was`);
    }
    this.#glitch(1);
  }

  /** Frames that carry nothing cost a token; new streams earn some, as each may be reset. */
  #glitch(count: number): void {
    if (this.#glitches.take(count, this.#options.now())) return;
    throw new ProtocolError('SELLIA_TOO_MANY_FRAMES', 'too many frames that carry nothing');
  }

  #guard(stream: MuxStream, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      this.#abortFaulty(stream, error);
    }
  }

  #abortFaulty(stream: MuxStream, error: unknown): void {
    const [code, reason] = ['SELLIA_INTERNAL', 'a handler failed'] as const;
    stream.abort(code, reason);
    try {
      // Somebody stands behind the handler and waits.
      stream.handler.onReset(code, reason);
    } catch {
      // It is the handler that is broken.
    }
    this.#options.handler.onFault(error);
  }

  #text(bytes: Uint8Array, start: number, end: number): string {
    return this.#options.latin1.read(bytes, start, end);
  }
}
