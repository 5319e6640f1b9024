import type { Socket } from 'node:net';
import type { ErrorCode, MuxStream, StreamHandler } from '@sellia/protocol';
import type { Timer } from './clock.ts';
import { confirmEnd } from './confirm-end.ts';
import { cut } from './cut.ts';
import { FAREWELL_LOOKS, FAREWELL_MS, FAREWELL_QUIET_MS, type Farewell } from './farewell.ts';
import { guarded } from './guarded.ts';
import { Interjector } from './interjector.ts';
import { Sink } from './sink.ts';
import { Source } from './source.ts';

/** Milliseconds in which a socket takes a byte, if any wait and nobody is left on the far side. */
export const UNTAKEN_MS = 10_000;

export type SplicedSide = 'stream' | 'socket';

export interface SpliceOptions {
  /** Told of each chunk on its way, for counting; must not change or keep it. `isOwn`: of `interject`. */
  readonly onBytes?: (from: SplicedSide, chunk: Uint8Array, isOwn: boolean) => void;
  /** Both directions are over. `code` is undefined for a clean end; `first` is who ended before the other. */
  readonly onClosed?: (code: ErrorCode | undefined, first: SplicedSide | undefined) => void;
  /** Something of ours has thrown; stream and socket are cut. */
  readonly onFault: (error: unknown) => void;
  /** What the peer hears when the socket fails. */
  readonly lostCode: ErrorCode;
  /** Of a WebSocket: its socket is told when the far side goes away in good order. */
  readonly farewell?: Farewell;
}

/**
 * An upgraded connection: socket and stream joined both ways, half-close and abort included. The
 * splice owns the socket.
 *
 * With a farewell, `leave` or a GOING_AWAY from the far side end it so: a close frame and FIN to the
 * socket behind the message under way; what the socket still sends, and so its own close frame, goes
 * to the stream as before; what still comes for the socket is dropped, which is why `leave` first
 * waits for a pause. What has not ended after FAREWELL_MS is cut, and the far side hears GOING_AWAY.
 */
export class Splice implements StreamHandler {
  readonly #stream: MuxStream;
  readonly #socket: Socket;
  readonly #options: SpliceOptions;
  readonly #farewell: Farewell | undefined;
  readonly #sink: Sink;
  readonly #source: Source;
  /** Present once something of our own was to go that way. */
  #intoSocket: Interjector | undefined;
  #intoStream: Interjector | undefined;
  /** Of the last write. */
  #streamHasRoom = true;
  #code: ErrorCode | undefined;
  #isStopped = false;
  #socketEnded = false;
  #streamEnded = false;
  #first: SplicedSide | undefined;
  #isOver = false;
  /** The socket is to be told behind the message under way. */
  #isLeaving = false;
  /** Bytes from the stream. */
  #received = 0;
  /** Waits for a pause of the stream before the socket is told. */
  #pause: Timer | undefined;
  /** Runs once one side goes, until the end. */
  #lastCall: Timer | undefined;
  /** Looks whether the socket still takes what nobody is left to speak for. */
  #untaken: Timer | undefined;

  /** What throws where nobody would hear of it costs the connection. */
  readonly #broke = (error: unknown): void => {
    this.#code ??= 'SELLIA_INTERNAL';
    this.#stream.abort('SELLIA_INTERNAL', 'the connection failed');
    cut(this.#socket);
    this.#options.onFault(error);
  };

  readonly #socketOnEnd = guarded(this.#broke, () => {
    this.#socketEnded = true;
    this.#first ??= 'socket';
    const farewell = this.#farewell;
    // Who has been told to go and just hangs up says nothing that its peer could read: we do.
    const isMute = farewell?.isSaid === true && !farewell.fromSocket.isClosed;
    if (isMute) this.#stream.reset('SELLIA_GOING_AWAY');
    else this.#stream.end();
  });

  readonly #socketOnError = (): void => {
    this.#code ??= this.#options.lostCode;
  };

  readonly #socketOnClose = guarded(this.#broke, () => {
    this.#sink.destroy();
    // Told, and gone in good order: its peer still has to answer the close frame.
    const isAwaited = this.#lastCall !== undefined && this.#socketEnded && !this.#streamEnded;
    if (!isAwaited || this.#farewell?.isSaid !== true) this.#end();
  });

  /** Sets itself as the stream's handler; `socket` may still be paused, its bytes in order. */
  constructor(stream: MuxStream, socket: Socket, options: SpliceOptions) {
    this.#stream = stream;
    this.#socket = socket;
    this.#options = options;
    this.#farewell = options.farewell;
    this.#sink = new Sink(stream, socket, this.#broke);
    stream.handler = this;
    // One side's FIN must not end what still flows the other way.
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    const isWatched = options.onBytes !== undefined || options.farewell !== undefined;
    this.#source = new Source(
      stream,
      socket,
      this.#broke,
      isWatched ? this.#sourceOnChunk : undefined,
    );
    socket.on('end', () => confirmEnd(socket, this.#socketOnEnd));
    socket.on('error', this.#socketOnError);
    socket.on('close', this.#socketOnClose);
  }

  onHead(): void {}
  onInfo(): void {}
  onTrailers(): void {}

  onData(chunk: Uint8Array): void {
    this.#received += chunk.length;
    if (this.#farewell?.isSaid === true) {
      this.#stream.consume(chunk.length);
    } else if (this.#isLeaving) {
      this.#pushToEndOfMessage(chunk);
    } else if (this.#intoSocket !== undefined) {
      this.#intoSocket.push(chunk);
    } else {
      this.#farewell?.toSocket.push(chunk);
      this.#push(chunk);
    }
  }

  onEnd(): void {
    this.#streamEnded = true;
    this.#first ??= 'stream';
    if (this.#socket.closed) this.#end();
    else if (this.#farewell?.isSaid !== true) this.#sink.end();
  }

  onReset(code: ErrorCode): void {
    this.#code ??= code;
    this.#streamEnded = true;
    if (this.#socket.closed) this.#end();
    else if (this.#endsInGoodOrder(code)) this.#leaveNow();
    else if (this.#farewell?.isSaid !== true) this.#cut();
  }

  /** The far socket is gone: what it sent before may still arrive, nothing can go back. */
  onStop(code: ErrorCode): void {
    this.#code ??= code;
    this.#isStopped = true;
    this.#source.detach();
    this.#socket.resume();
    if (this.#endsInGoodOrder(code)) this.#awaitEnd();
    else if (this.#farewell?.isSaid === true) return;
    else if (this.#streamEnded) this.#cut();
    else this.#cutWhenUseless();
  }

  /** The socket is not read, as the stream takes no more: a reset of its peer goes unseen. */
  get isHeldBack(): boolean {
    return this.#source.isPaused;
  }

  onDrain(): void {
    this.#source.resume();
  }

  /** Bytes that are held here because that side does not take them. */
  waiting(side: SplicedSide): number {
    return side === 'stream' ? this.#stream.waiting : this.#sink.held + this.#socket.writableLength;
  }

  /**
   * Puts a whole frame of our own into a WebSocket, towards the socket or the stream, behind the message
   * under way there. False where none can be: that direction has closed or is about to, or too many wait.
   */
  interject(to: SplicedSide, frame: Uint8Array): boolean {
    const farewell = this.#farewell;
    if (farewell === undefined || this.#isOver || this.#lastCall !== undefined) return false;
    if (farewell.isClosing || farewell.isSaid) return false;
    return to === 'socket'
      ? !this.#streamEnded && this.#towardsSocket(farewell).add(frame)
      : !this.#socketEnded && !this.#isStopped && this.#towardsStream(farewell).add(frame);
  }

  /** This side goes away: a close frame for the socket, and all over within FAREWELL_MS. */
  leave(): void {
    if (this.#farewell === undefined || this.#isOver) return;
    this.#code ??= 'SELLIA_GOING_AWAY';
    this.#awaitEnd();
    if (this.#pause === undefined) this.#awaitPause(this.#farewell, FAREWELL_LOOKS);
  }

  /** Ends everything now: cut, unless the socket has been told. */
  destroy(): void {
    this.#cancelTimers();
    if (this.#socket.closed) this.#end();
    else if (this.#farewell?.isSaid === true) this.#socket.destroy();
    else cut(this.#socket);
  }

  #push(chunk: Uint8Array): void {
    this.#options.onBytes?.('stream', chunk, false);
    this.#sink.push(chunk);
    this.#cutWhenUseless();
  }

  #towardsSocket({ toSocket }: Farewell): Interjector {
    this.#intoSocket ??= new Interjector(toSocket, (chunk, isOwn) => {
      if (!isOwn) return this.#push(chunk);
      this.#options.onBytes?.('stream', chunk, true);
      this.#sink.insert(chunk);
    });
    return this.#intoSocket;
  }

  #towardsStream({ fromSocket }: Farewell): Interjector {
    this.#intoStream ??= new Interjector(fromSocket, (chunk, isOwn) => {
      this.#options.onBytes?.('socket', chunk, isOwn);
      this.#streamHasRoom = this.#stream.write(chunk);
    });
    return this.#intoStream;
  }

  #awaitPause(farewell: Farewell, looks: number): void {
    const received = this.#received;
    const look = () => {
      if (this.#received !== received && looks > 1) {
        this.#awaitPause(farewell, looks - 1);
      } else {
        this.#isLeaving = true;
        if (farewell.isDue && !this.#streamEnded) this.#sayFarewell(farewell);
      }
    };
    this.#pause = farewell.clock.after(FAREWELL_QUIET_MS, guarded(this.#broke, look));
  }

  #pushToEndOfMessage(chunk: Uint8Array): void {
    const farewell = this.#farewell as Farewell;
    const length = farewell.toSocket.pushMessage(chunk);
    if (farewell.isDue) {
      this.#push(chunk.subarray(0, length));
      this.#stream.consume(chunk.length - length);
      this.#sayFarewell(farewell);
    } else {
      farewell.toSocket.push(chunk.subarray(length));
      this.#push(chunk);
    }
  }

  #sayFarewell(farewell: Farewell): void {
    const frame = farewell.say();
    this.#sink.whenEmpty(() => this.#socket.end(frame));
  }

  #endsInGoodOrder(code: ErrorCode): boolean {
    const farewell = this.#farewell;
    return farewell !== undefined && code === 'SELLIA_GOING_AWAY' && !farewell.toSocket.isBroken;
  }

  /** Nothing more will come for the socket; what has come may end within a message. */
  #leaveNow(): void {
    const farewell = this.#farewell as Farewell;
    this.#awaitEnd();
    if (farewell.isSaid) return;
    if (farewell.isDue) this.#sayFarewell(farewell);
    else if (farewell.isClosing && farewell.toSocket.isBetweenMessages) this.#sink.end();
    else this.#cut();
  }

  #awaitEnd(): void {
    const cutNow = () => {
      this.#lastCall = undefined;
      if (this.#socket.closed) this.#end();
      else cut(this.#socket);
    };
    this.#lastCall ??= this.#farewell?.clock.after(FAREWELL_MS, guarded(this.#broke, cutNow));
  }

  /** Ends the socket, not cleanly, once it has taken what came before. */
  #cut(): void {
    const socket = this.#socket;
    const cutIt = () => cut(socket);
    this.#sink.whenEmpty(() => {
      if (!socket.writableEnded) socket.write('', cutIt);
      else if (socket.writableFinished) cutIt();
      else socket.once('finish', cutIt);
    });
    this.#cutWhenUseless();
  }

  /** Nobody is left on the far side, and our own does not even take what came before. */
  #cutWhenUseless(): void {
    if (!this.#isStopped || this.#lastCall !== undefined) return;
    if (this.#sink.isFull) cut(this.#socket);
    else this.#untaken ??= this.#watchUntaken();
  }

  /** What is too little to fill the sink may still wait for ever. */
  #watchUntaken(): Timer | undefined {
    const taken = this.#taken;
    const look = () => {
      this.#untaken = undefined;
      if (this.#socket.writableLength === 0) return;
      if (this.#taken === taken) cut(this.#socket);
      else this.#cutWhenUseless();
    };
    return this.#farewell?.clock.after(UNTAKEN_MS, guarded(this.#broke, look));
  }

  /** Bytes that the kernel has of what was written. */
  get #taken(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  readonly #sourceOnChunk = (chunk: Uint8Array): boolean => {
    if (this.#intoStream !== undefined) {
      this.#intoStream.push(chunk);
      return this.#streamHasRoom;
    }
    this.#farewell?.fromSocket.push(chunk);
    this.#options.onBytes?.('socket', chunk, false);
    return this.#stream.write(chunk);
  };

  #cancelTimers(): void {
    this.#pause?.cancel();
    this.#untaken?.cancel();
    this.#lastCall?.cancel();
    this.#lastCall = undefined;
  }

  /** Once. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimers();
    const isClean = this.#socketEnded && this.#streamEnded;
    if (!isClean) {
      this.#code ??= this.#options.lostCode;
      this.#stream.reset(this.#code);
      this.#stream.stop(this.#code);
    }
    this.#options.onClosed?.(this.#code, this.#first);
  }
}
