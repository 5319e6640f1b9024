import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Clock } from '@sellia/session';
import type { FailureCode } from '../failures.ts';
import type { RelayLimits } from '../limits.ts';
import { discardInput, endAndLinger } from './closing.ts';
import { DirectVisitor, type Peer } from './forwarded.ts';
import { HalfCloseProbe } from './half-close.ts';
import type { Gate } from './upload.ts';

/** One request of a connection. */
export interface Turn {
  /** Undefined for one that never became a request. */
  readonly request: IncomingMessage | undefined;
  /** Something of its final response has been written. */
  readonly hasAnswered: boolean;
  /** Its response may be written from now on. */
  begin(): void;
  /** The rest of its body cannot come. */
  requestBroke(code: FailureCode): void;
  /** The connection is gone. */
  visitorLeft(): void;
  /** Called about once a second. */
  sweep(now: number): void;
}

const NOTHING = Buffer.alloc(0);

interface Waiting {
  readonly turn: Turn;
  readonly response: ServerResponse | undefined;
}

/**
 * A visitor's connection: its requests are answered one after the other, so at most one is in
 * flight to a tunnel. Those behind it wait, parsed; past a bound reading stops (one segment of the
 * network may carry more, and is parsed whole).
 */
export class Pipeline implements Gate {
  readonly socket: Socket;
  readonly peer: Peer;
  readonly visitor: DirectVisitor;
  /** The relay is leaving: the next response is the last. */
  closesNext = false;
  readonly #clock: Clock;
  readonly #limits: RelayLimits;
  #turn: Turn | undefined;
  #response: ServerResponse | undefined;
  #waiting: Waiting[] = [];
  /** The request in flight cannot take more of its body now. */
  #bodyHolds = false;
  #isHeld = false;
  #isBroken = false;
  #hasLast = false;
  #isDetached = false;
  #isReleased = false;
  #endsWhenQuiet = false;
  readonly #acceptedAt: number;
  #probe: HalfCloseProbe | undefined;
  #taken = 0;
  #stuckSince = -1;
  /** When a sweep first saw nothing under way, and what had been read by then. */
  #idleSince = -1;
  #idleBytes = 0;

  constructor(socket: Socket, peer: Peer, clock: Clock, limits: RelayLimits) {
    this.socket = socket;
    this.peer = peer;
    this.visitor = new DirectVisitor(peer);
    this.#clock = clock;
    this.#limits = limits;
    this.#acceptedAt = clock.now();
    socket.destroySoon = this.#destroySoon;
    socket.on('end', this.#socketOnEnd);
    socket.on('resume', this.#socketOnResume);
    socket.on('error', ignore);
  }

  /** Nothing is being answered. */
  get isIdle(): boolean {
    if (this.#isDetached) return false;
    return this.#response === undefined || this.#response.writableFinished;
  }

  /** Nothing is being answered, and all of the last answer has left. */
  get isQuiet(): boolean {
    return this.isIdle && this.socket.writableLength === 0;
  }

  /**
   * A request may be on its way though nothing is under way: for a moment behind the relay's decision
   * to leave at `leftAt`; for longer on a connection that was opened for it, and where there is
   * patience also on one that was just used, or is just being answered as if it could go on.
   */
  mayBring(leftAt: number, isPatient: boolean): boolean {
    if (this.socket.writableEnded) return false;
    const { idleDrainMs, freshDrainMs } = this.#limits;
    if (!this.isQuiet) {
      return isPatient && this.#isAnsweredToGoOn && this.#clock.now() < leftAt + idleDrainMs;
    }
    const isFresh = this.socket.bytesRead === 0;
    const usedAt = this.#idleSince < 0 ? leftAt : this.#idleSince;
    const activeAt = isFresh ? this.#acceptedAt : usedAt;
    const until = isFresh || isPatient ? activeAt + freshDrainMs : 0;
    return this.#clock.now() < Math.max(until, leftAt + idleDrainMs);
  }

  /** No request is to be answered behind this one. */
  get isLast(): boolean {
    return this.closesNext || (this.socket.readableEnded && this.#waiting.length === 0);
  }

  /** A request has been read; `response` is node's, or undefined when the turn writes by itself. */
  enter(turn: Turn, response: ServerResponse | undefined): void {
    if (this.#isClosing) return;
    if (this.isIdle) {
      this.#begin(turn, response);
      return;
    }
    this.#waiting.push({ turn, response });
    if (this.#waiting.length === 1) this.#response?.once('close', this.#responseOnClose);
    this.#holdOrLetIn();
  }

  /** An upgrade request: node has let go of the socket, and no further request will come. */
  enterDetached(turn: Turn): void {
    if (!this.isIdle) {
      this.socket.destroy();
      return;
    }
    this.#isDetached = true;
    this.#begin(turn, undefined);
  }

  hold(): void {
    this.#bodyHolds = true;
    this.#holdOrLetIn();
  }

  letIn(): void {
    this.#bodyHolds = false;
    this.#holdOrLetIn();
  }

  /** The parser has given up. `code` is undefined where nothing need be said. */
  broke(code: FailureCode | undefined, refusal: Turn): void {
    if (this.#isBroken || this.#isDetached) return;
    this.#isBroken = true;
    this.#bodyHolds = false;
    this.#isHeld = false;
    discardInput(this.socket, this.#limits.lingerBytes);
    if (code === undefined) return;
    const last = this.#waiting.at(-1)?.turn ?? this.#turn;
    if (last?.request?.complete === false) last.requestBroke(code);
    else this.enter(refusal, undefined);
  }

  /** The final response has begun; nothing is read as a request behind the last one. */
  answering(isLast: boolean): void {
    this.#hasLast ||= isLast;
    this.#probe?.stop();
    this.#probe = undefined;
  }

  /** Ends the connection behind what has been written. */
  end(): void {
    this.#bodyHolds = false;
    this.#isHeld = false;
    endAndLinger(this.socket, this.#clock, this.#limits);
  }

  /** The socket has a new owner; only its end is still told. */
  release(): void {
    this.#isDetached = true;
    this.#isReleased = true;
    this.socket.off('end', this.#socketOnEnd);
    this.socket.off('resume', this.#socketOnResume);
    this.socket.destroySoon = Socket.prototype.destroySoon;
    this.answering(true);
  }

  /** Ends the connection unless something is under way; then behind it. */
  endWhenQuiet(): void {
    if (this.socket.writableEnded) return;
    if (this.isQuiet) {
      this.end();
    } else if (!this.#endsWhenQuiet) {
      this.#endsWhenQuiet = true;
      this.#response?.once('close', () => this.endWhenQuiet());
    }
  }

  /** The socket is closed. */
  closed(): void {
    this.#probe?.stop();
    this.#turn?.visitorLeft();
    for (const { turn } of this.#waiting.splice(0)) turn.visitorLeft();
  }

  sweep(now: number): void {
    this.#lookForReset();
    if (!this.#isReleased) this.#sweepWrites(now);
    if (!this.isIdle) {
      this.#idleSince = -1;
      this.#turn?.sweep(now);
    } else if (this.#idleSince < 0 || this.socket.bytesRead !== this.#idleBytes) {
      this.#idleSince = now;
      this.#idleBytes = this.socket.bytesRead;
    } else if (now - this.#idleSince >= this.#limits.keepAliveMs) {
      this.socket.destroy();
    }
  }

  /** The answer under way has not said that it is the last: its visitor asks again right behind it. */
  get #isAnsweredToGoOn(): boolean {
    if (this.#hasLast || this.#isDetached) return false;
    return this.isIdle || this.#turn?.hasAnswered === true;
  }

  get #isClosing(): boolean {
    return this.#hasLast || this.socket.destroyed || this.socket.writableEnded;
  }

  #holdOrLetIn(): void {
    const mustHold = this.#bodyHolds || this.#waiting.length >= this.#limits.pipelined;
    if (mustHold === this.#isHeld) return;
    this.#isHeld = mustHold;
    if (mustHold) this.socket.pause();
    else this.socket.resume();
  }

  #begin(turn: Turn, response: ServerResponse | undefined): void {
    this.#turn = turn;
    this.#response = response;
    turn.begin();
    if (this.socket.readableEnded) this.#waitForAnswer();
  }

  /** A socket that nobody reads tells of its visitor's RST only when written to: nothing is enough. */
  #lookForReset(): void {
    if (this.socket.isPaused() && this.socket.writable) this.socket.write(NOTHING);
  }

  /** What waits for the visitor must move. */
  #sweepWrites(now: number): void {
    const waits = this.socket.writableLength;
    const taken = this.socket.bytesWritten - waits;
    if (waits === 0 || taken !== this.#taken || this.#stuckSince < 0) {
      this.#taken = taken;
      this.#stuckSince = waits === 0 ? -1 : now;
    } else if (now - this.#stuckSince >= this.#limits.writeIdleMs) {
      this.socket.destroy();
    }
  }

  readonly #responseOnClose = (): void => {
    const next = this.#isClosing ? undefined : this.#waiting.shift();
    if (next === undefined) return;
    if (this.#waiting.length > 0) next.response?.once('close', this.#responseOnClose);
    this.#holdOrLetIn();
    this.#begin(next.turn, next.response);
  };

  /** In place of the socket's own, which node calls after the last response. */
  readonly #destroySoon = (): void => {
    const mustLinger = this.#isBroken || this.#isHeld || this.#turn?.request?.complete === false;
    if (mustLinger && !this.socket.writableEnded) this.end();
    else Socket.prototype.destroySoon.call(this.socket);
  };

  /** node resumes the socket behind every request it has parsed. */
  readonly #socketOnResume = (): void => {
    if (this.#isHeld) this.socket.pause();
  };

  readonly #socketOnEnd = (): void => {
    if (this.#isBroken || this.isIdle) return;
    this.#waitForAnswer();
  };

  /** The visitor has ended its side while an answer is due. */
  #waitForAnswer(): void {
    const turn = this.#turn;
    if (turn === undefined || this.#waiting.length > 0) return;
    if (turn.hasAnswered) {
      if (!this.isIdle && !this.socket.writableEnded) this.socket.destroy();
    } else if (this.#isDetached) {
      this.socket.destroy();
    } else if (turn.request?.httpVersionMinor === 1) {
      this.#probe ??= new HalfCloseProbe(this.socket, this.#clock);
    }
  }
}

function ignore(): void {}
