import { type ControlMessage, decodeControl, encodeControl } from './control.ts';
import { FrameDecoder, readErrorNumber, readU32, readWindow } from './decode.ts';
import { codeOf, type ErrorCode, ProtocolError } from './errors.ts';
import { FrameType, isLinkFrame } from './frame.ts';
import { GlitchBudget } from './glitch-budget.ts';
import type { MuxOptions } from './mux-options.ts';
import type { MuxStream, StreamHost } from './mux-stream.ts';
import { Outbox } from './outbox.ts';
import type { StreamHandler } from './stream-handler.ts';
import { StreamTable } from './stream-table.ts';
import { StreamWriter } from './stream-writer.ts';

/**
 * Many streams over one ordered pipe. Bytes go in by `receive`, events come out by the handlers;
 * writes queue on their streams and `next` pulls them: control first, then streams in turn. Pure:
 * no I/O, no clock of its own. Throws ProtocolError from `receive` when the peer broke the
 * protocol; the driver then says so to the peer and calls `fail`.
 */
export class Mux implements StreamHost {
  /** Smallest round trip in milliseconds, kept up to date by the driver: windows grow by it. */
  roundTrip = 0;
  /** Session frames so far, for acknowledging; `framesSent` is the other direction's. */
  framesReceived = 0;
  readonly #options: MuxOptions;
  readonly #decoder: FrameDecoder;
  readonly #streams: StreamTable;
  readonly #glitches: GlitchBudget;
  readonly #outbox: Outbox;
  readonly #writer: StreamWriter;
  #wanting = false;
  #failed = false;

  constructor(options: MuxOptions) {
    const { latin1, now } = options;
    this.#options = options;
    this.#decoder = new FrameDecoder(this.#onFrame);
    this.#streams = new StreamTable(options, this);
    this.#glitches = new GlitchBudget(now);
    this.#outbox = new Outbox(latin1);
    this.#writer = new StreamWriter(latin1, this.#glitches);
  }

  /** Streams that are not over on both sides. */
  get size(): number {
    return this.#streams.size;
  }

  get framesSent(): number {
    return this.#writer.framesSent + this.#outbox.framesSent;
  }

  get lastStreamId(): number {
    return this.#streams.lastId;
  }

  /** No frame is half received. */
  get atBoundary(): boolean {
    return this.#decoder.atBoundary;
  }

  /** The numbers are used up: the session must be replaced. */
  get isExhausted(): boolean {
    return this.#streams.isExhausted;
  }

  /** Something waits for `next`. */
  get wants(): boolean {
    return !this.#writer.isEmpty || !this.#outbox.isEmpty;
  }

  now(): number {
    return this.#options.now();
  }

  /** What the peer's greeting said; before the first stream. */
  setPeerLimits(initialWindow: number, maxStreams: number): void {
    this.#streams.setPeerLimits(initialWindow, maxStreams);
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
    const stream = this.#failed ? undefined : this.#streams.open(handler);
    if (stream === undefined) return undefined;
    this.#glitches.streamMade();
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
    const offset = this.#writer.write(target, this.#outbox.write(target, at));
    this.#wanting = this.wants;
    this.#tellDrained();
    return offset;
  }

  /** The session is over: every stream hears it, later writes do nothing. */
  fail(code: ErrorCode, reason: string): void {
    if (this.#failed) return;
    this.#failed = true;
    for (const stream of this.#streams.all) {
      try {
        stream.fail(code, reason);
      } catch (error) {
        this.#options.handler.onFault(error);
      }
    }
    this.#outbox.clear();
  }

  wake(stream: MuxStream): void {
    if (this.#writer.add(stream)) this.#want();
  }

  wakeUrgent(stream: MuxStream): void {
    if (this.#outbox.addUrgent(stream)) this.#want();
  }

  closed(stream: MuxStream): void {
    this.#streams.delete(stream);
  }

  #want(): void {
    if (this.#wanting || this.#failed) return;
    this.#wanting = true;
    this.#options.handler.onWants();
  }

  #tellDrained(): void {
    for (const stream of this.#writer.takeDrained()) {
      this.#guard(stream, () => stream.handler.onDrain());
    }
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
      this.#glitches.spend();
      const message = decodeControl(this.#text(bytes, start, end));
      if (message !== undefined) this.#options.handler.onControl(message);
    } else if (type === FrameType.Drain) {
      this.#glitches.spend();
      if (end - start !== 4) throw new ProtocolError('SELLIA_PROTOCOL', 'DRAIN of a wrong length');
      this.#options.handler.onGoingAway(readU32(bytes, start));
    } else if (type < FrameType.Control) {
      throw new ProtocolError('SELLIA_PROTOCOL', 'stream frame on stream 0');
    } else {
      this.#glitches.spend();
    }
  }

  #onOpen(streamId: number, ended: boolean, text: string): void {
    const stream = this.#streams.accept(streamId);
    this.#glitches.streamMade();
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
        if (start === end && !ended) this.#glitches.spend();
        stream.receiveData(bytes.subarray(start, end), ended);
        return;
      case FrameType.Head:
        stream.receiveHead(this.#text(bytes, start, end), ended);
        return;
      case FrameType.Window:
        this.#glitches.spend();
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
        this.#glitches.spend();
        stream.receiveReset(
          codeOf(readErrorNumber(bytes, start, end)),
          this.#text(bytes, start + 2, end),
        );
        return;
      case FrameType.Stop:
        this.#glitches.spend();
        stream.receiveStop(
          codeOf(readErrorNumber(bytes, start, end)),
          this.#text(bytes, start + 2, end),
        );
        return;
      case FrameType.Control:
      case FrameType.Drain:
        throw new ProtocolError('SELLIA_PROTOCOL', 'session frame on a stream');
      default:
        this.#glitches.spend();
    }
  }

  /** A frame that crossed our own RESET or STOP on the way; a flood of them is none. */
  #onLateFrame(type: number, streamId: number): void {
    const isRelays = streamId % 2 === 1;
    if (!isRelays || streamId > this.#streams.lastId || type > FrameType.Stop) {
      throw new ProtocolError('SELLIA_PROTOCOL', `frame for stream ${streamId}, which never was`);
    }
    this.#glitches.spend();
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
