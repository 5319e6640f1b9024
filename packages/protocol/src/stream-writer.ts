import type { GlitchBudget } from './glitch-budget.ts';
import type { Latin1 } from './latin1.ts';
import { FRAME_HEADER } from './limits.ts';
import type { MuxStream } from './mux-stream.ts';
import { ReadyList } from './ready-list.ts';

const NONE: readonly MuxStream[] = [];

/** Writes the frames of the streams of a mux, in turn, as far as their credit goes. */
export class StreamWriter {
  /** Session frames written so far. */
  framesSent = 0;
  readonly #latin1: Latin1;
  readonly #glitches: GlitchBudget;
  readonly #ready = new ReadyList();
  #drained: MuxStream[] = [];

  constructor(latin1: Latin1, glitches: GlitchBudget) {
    this.#latin1 = latin1;
    this.#glitches = glitches;
  }

  /** No stream has anything that it may send. */
  get isEmpty(): boolean {
    return this.#ready.isEmpty;
  }

  /** False when `stream` has its turn anyway, or may not send. */
  add(stream: MuxStream): boolean {
    if (stream.isReady || stream.isStarved) return false;
    this.#ready.add(stream);
    return true;
  }

  /** Whole frames, as many as fit; returns the offset behind the last. */
  write(target: Uint8Array, at: number): number {
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

  /** Streams whose writers may go on; told once. */
  takeDrained(): readonly MuxStream[] {
    if (this.#drained.length === 0) return NONE;
    const drained = this.#drained;
    this.#drained = [];
    return drained;
  }

  /** One frame of `stream`; `at` again when it does not fit. */
  #writeStream(stream: MuxStream, target: Uint8Array, at: number): number {
    const { queue, sendWindow } = stream;
    if (queue.isEmpty || stream.isStarved) return at;
    const isData = queue.needsCredit;
    const latin1 = this.#latin1;
    const offset = queue.writeNext(latin1, target, at, target.length, stream.id, sendWindow.credit);
    if (offset === at) return at;
    this.framesSent++;
    if (isData) {
      const bytes = offset - at - FRAME_HEADER;
      sendWindow.spend(bytes);
      this.#glitches.sent(bytes);
    }
    if (stream.afterWrite()) this.#drained.push(stream);
    return offset;
  }
}
