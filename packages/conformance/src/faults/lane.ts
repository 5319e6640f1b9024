import type { Socket } from 'node:net';
import type { Clock, Timer } from '@sellia/session';
import type { Condition } from './condition.ts';
import { DelayLine } from './delay-line.ts';

/** Most that one lane holds: a delay of 100 ms at 1 Gbit/s takes 12.5 MB. Then it reads no more. */
const DELAY_LINE_BYTES = 16 * 1024 * 1024;

/** Without a delay nothing needs to wait here but what was just read. */
const READ_BYTES = 64 * 1024;

/** A throttled lane writes this many times a second, so that its rate is even. */
const THROTTLE_WRITES = 50;

/** A throttled lane makes good what late timers cost it, up to here. */
const CATCH_UP_MS = 50;

export interface LaneCounts {
  /** Bytes read from the source. */
  received: number;
  /** Bytes written to the sink. */
  passed: number;
  /** Bytes read and lost, by a cut or a half-close. */
  lost: number;
}

export interface LaneOptions {
  readonly source: Socket;
  readonly sink: Socket;
  readonly condition: Condition;
  readonly clock: Clock;
  readonly counts: LaneCounts;
}

/**
 * One direction of one connection: source -> delay line -> sink, in order, as its condition allows.
 * An end travels behind the bytes before it; a reset takes its delay but overtakes what a slow sink
 * has not taken, as it does in a kernel. A reset behind bytes that nobody reads is noticed when
 * they are read. Owner: its ProxiedConnection, by `stop`.
 */
export class Lane {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #condition: Condition;
  readonly #clock: Clock;
  readonly #counts: LaneCounts;
  readonly #line = new DelayLine();
  #timer: Timer | undefined;
  #isSoon = false;
  /** The line is busy with the bytes before until then. */
  #freeAtMs = 0;
  #ended: { readonly how: 'fin' | 'rst'; readonly atMs: number } | undefined;
  #isOver = false;

  constructor(options: LaneOptions) {
    this.#source = options.source;
    this.#sink = options.sink;
    this.#condition = options.condition;
    this.#clock = options.clock;
    this.#counts = options.counts;
    this.#source.on('data', (bytes: Buffer) => this.#sourceOnData(bytes));
    this.#source.on('end', () => this.#sourceOnEnded('fin'));
    this.#source.on('error', () => this.#sourceOnEnded('rst'));
    this.#sink.on('drain', () => this.pump());
  }

  /** The condition is another one: what was to wait by the old one does not. */
  onCondition(): void {
    this.#freeAtMs = 0;
    this.pump();
  }

  /** Passes on what is due. */
  pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#isOver) return;
    if (!this.#condition.isHoled) this.#passWhatIsDue();
    if (!this.#isOver) this.#readOrWait();
  }

  /** FIN to the sink now; what is on its way and what still comes is lost. */
  halfClose(): void {
    if (this.#isOver) return;
    this.stop();
    this.#sink.end();
    this.#source.resume();
  }

  /** Passes nothing on any more; what comes is lost. The sockets are the caller's to end. */
  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#counts.lost += this.#line.length;
    this.#line.clear();
  }

  #sourceOnData(bytes: Buffer): void {
    this.#counts.received += bytes.length;
    if (this.#isOver) {
      this.#counts.lost += bytes.length;
      return;
    }
    this.#line.push(bytes, this.#clock.now());
    this.pump();
  }

  #sourceOnEnded(how: 'fin' | 'rst'): void {
    this.#ended = { how, atMs: this.#clock.now() };
    this.pump();
  }

  #passWhatIsDue(): void {
    for (let atMs = this.#nextAtMs(); atMs !== undefined; atMs = this.#nextAtMs()) {
      const now = this.#clock.now();
      if (atMs > now) {
        this.#timer = this.#clock.after(atMs - now, () => this.pump());
        return;
      }
      if (this.#isResetDue(now)) this.#passReset();
      else if (this.#line.firstAtMs === undefined) this.#passEnd();
      else this.#passPiece(now);
    }
  }

  /** When there is something to do; undefined: not before something else happens. */
  #nextAtMs(): number | undefined {
    if (this.#isOver) return undefined;
    const endMs = this.#ended && this.#ended.atMs + this.#condition.delayMs;
    const firstMs = this.#line.firstAtMs;
    if (firstMs === undefined) return endMs;
    const isReset = this.#ended?.how === 'rst';
    if (this.#isSoon || this.#sink.writableNeedDrain) return isReset ? endMs : undefined;
    const pieceMs = Math.max(firstMs + this.#condition.delayMs, this.#freeAtMs);
    return isReset ? Math.min(pieceMs, endMs as number) : pieceMs;
  }

  #isResetDue(now: number): boolean {
    const ended = this.#ended;
    return ended?.how === 'rst' && ended.atMs + this.#condition.delayMs <= now;
  }

  #passPiece(now: number): void {
    const { bytesPerSecond, sliceBytes, gapMs } = this.#condition;
    const evenly = Math.max(1, Math.floor(bytesPerSecond / THROTTLE_WRITES));
    const piece = this.#line.take(Math.min(sliceBytes, evenly));
    this.#counts.passed += piece.length;
    this.#sink.write(piece);
    const startedMs = Math.max(this.#freeAtMs, now - CATCH_UP_MS);
    this.#freeAtMs = startedMs + (piece.length * 1_000) / bytesPerSecond;
    if (sliceBytes === Number.POSITIVE_INFINITY) return;
    this.#freeAtMs = Math.max(this.#freeAtMs, now + gapMs);
    if (gapMs === 0) this.#waitATurn();
  }

  #waitATurn(): void {
    this.#isSoon = true;
    this.#clock.soon(() => {
      this.#isSoon = false;
      this.pump();
    });
  }

  #passEnd(): void {
    this.#isOver = true;
    this.#sink.end();
  }

  #passReset(): void {
    this.stop();
    reset(this.#sink);
  }

  #readOrWait(): void {
    if (this.#condition.isHoled || this.#line.cost >= this.#bound()) this.#source.pause();
    else this.#source.resume();
  }

  /** What the link itself holds, and one reading more: a throttled link is not a large buffer. */
  #bound(): number {
    const { delayMs, bytesPerSecond } = this.#condition;
    const held = delayMs === 0 ? 0 : (delayMs / 1_000) * bytesPerSecond;
    return Math.min(DELAY_LINE_BYTES, READ_BYTES + held);
  }
}

/** RST; a socket that is not connected has nobody to send it to. */
export function reset(socket: Socket): void {
  if (socket.pending) socket.destroy();
  else socket.resetAndDestroy();
}
