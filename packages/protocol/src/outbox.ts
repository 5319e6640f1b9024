import { writeErrorFrame, writeNumberFrame, writeTextFrame } from './encode.ts';
import { FrameType } from './frame.ts';
import type { Latin1 } from './latin1.ts';
import { CONTROL_QUEUE_MAX, FRAME_HEADER, REASON_MAX } from './limits.ts';
import type { MuxStream } from './mux-stream.ts';

/** Smallest room in which every frame without a long text fits. */
const SMALL_FRAME = FRAME_HEADER + 2 + REASON_MAX;

/**
 * What goes out before the streams have their turn: control messages, DRAIN, and the WINDOWs and
 * STOPs of streams. Bounded: messages by CONTROL_QUEUE_MAX, the rest by one place for each stream.
 */
export class Outbox {
  readonly #latin1: Latin1;
  #messages: string[] = [];
  #drain: number | undefined;
  #urgent: MuxStream[] = [];
  /** Session frames written so far. */
  framesSent = 0;

  constructor(latin1: Latin1) {
    this.#latin1 = latin1;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0 && this.#drain === undefined && this.#urgent.length === 0;
  }

  /** False when the queue is full. */
  addMessage(text: string): boolean {
    if (this.#messages.length >= CONTROL_QUEUE_MAX) return false;
    this.#messages.push(text);
    return true;
  }

  setDrain(lastStreamId: number): void {
    this.#drain = lastStreamId;
  }

  addUrgent(stream: MuxStream): boolean {
    if (stream.isUrgent) return false;
    stream.isUrgent = true;
    this.#urgent.push(stream);
    return true;
  }

  clear(): void {
    this.#messages = [];
    this.#drain = undefined;
    this.#urgent = [];
  }

  /** Whole frames, as many as fit; returns the offset behind the last. */
  write(target: Uint8Array, at: number): number {
    let offset = this.#writeDrain(target, at);
    offset = this.#writeMessages(target, offset);
    return this.#writeUrgent(target, offset);
  }

  #writeDrain(target: Uint8Array, at: number): number {
    if (this.#drain === undefined || target.length - at < SMALL_FRAME) return at;
    const offset = writeNumberFrame(target, at, 0, FrameType.Drain, this.#drain);
    this.framesSent++;
    this.#drain = undefined;
    return offset;
  }

  #writeMessages(target: Uint8Array, at: number): number {
    let offset = at;
    let sent = 0;
    for (const text of this.#messages) {
      if (target.length - offset < FRAME_HEADER + text.length) break;
      offset = writeTextFrame(this.#latin1, target, offset, 0, FrameType.Control, text);
      sent++;
    }
    this.framesSent += sent;
    if (sent > 0) this.#messages.splice(0, sent);
    return offset;
  }

  #writeUrgent(target: Uint8Array, at: number): number {
    let offset = at;
    let done = 0;
    for (const stream of this.#urgent) {
      if (target.length - offset < SMALL_FRAME) break;
      done++;
      offset = this.#writeUrgentOf(stream, target, offset);
    }
    if (done > 0) this.#urgent = this.#urgent.slice(done);
    return offset;
  }

  #writeUrgentOf(stream: MuxStream, target: Uint8Array, at: number): number {
    stream.isUrgent = false;
    const stop = stream.takeStop();
    const grant = stream.takeGrant();
    if (stop === undefined && grant === 0) return at;
    this.framesSent++;
    // Whoever stops a stream reads no more of it, so the grant is of no use.
    if (stop === undefined) return writeNumberFrame(target, at, stream.id, FrameType.Window, grant);
    const { wire, reason } = stop;
    return writeErrorFrame(this.#latin1, target, at, stream.id, FrameType.Stop, wire, reason);
  }
}
