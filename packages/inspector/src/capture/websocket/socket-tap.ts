import type { SocketClose, SocketFlow, SocketRow } from '../../exchange/row.ts';
import { flowDetail } from './flow-detail.ts';
import { FlowTap, type SeenClose } from './flow-tap.ts';
import { reservedBits } from './handshake.ts';
import { SocketRecorder } from './recorder.ts';
import type {
  SocketCloseDetail,
  SocketDetail,
  SocketHandshake,
  SocketLevel,
} from './socket-detail.ts';
import { TrafficRing } from './traffic-ring.ts';

const SECOND_MS = 1_000;

/**
 * One WebSocket, from the bytes that are spliced after its 101. Figures are always there and cost
 * no memory that grows; contents only between `record` and `stopRecording`. Never throws, whatever
 * the bytes: what is no WebSocket is said in `broken`, and bytes are counted on.
 */
export class SocketTap {
  readonly handshake: SocketHandshake;
  readonly #openedAt: number;
  readonly #ring: TrafficRing;
  readonly #up: FlowTap;
  readonly #down: FlowTap;
  #recorder: SocketRecorder | undefined;
  #isRecording = false;
  #lastAt: number;
  #broken = '';
  #first: SocketCloseDetail | undefined;
  #answer: SocketCloseDetail | undefined;

  /** `openedAt`: Unix milliseconds of the 101, of the clock that gives `atMs`. */
  constructor(handshake: SocketHandshake, openedAt: number) {
    this.handshake = handshake;
    this.#openedAt = openedAt;
    this.#lastAt = openedAt;
    this.#ring = new TrafficRing(openedAt);
    const allowed = reservedBits(handshake);
    this.#up = new FlowTap(0, allowed, this.#ring);
    this.#down = new FlowTap(1, allowed, this.#ring);
    this.#up.answers(this.#down);
    this.#down.answers(this.#up);
  }

  /** Open until a close frame, closing until the answer to it. A lost connection is not seen here. */
  get state(): 'open' | 'closing' | 'closed' {
    if (this.#first === undefined) return 'open';
    return this.#answer === undefined ? 'closing' : 'closed';
  }

  /** How the rules were broken, by the direction that did so first; empty while all is well. */
  get broken(): string {
    return this.#broken;
  }

  /** Of a close frame of the visitor or the upstream; the relay's own farewell is not among the bytes. */
  get close(): SocketCloseDetail | undefined {
    return this.#first;
  }

  get level(): SocketLevel {
    return this.#isRecording ? (this.#recorder as SocketRecorder).level : 'stats';
  }

  /** Present once contents were asked for; stays when that ends. */
  get recorder(): SocketRecorder | undefined {
    return this.#recorder;
  }

  /**
   * `chunk` of any cut, only lent; `request` is from the visitor. `atMs`: Unix milliseconds. `isOwn`: it is a
   * message that was put in from here.
   */
  push(direction: 'request' | 'response', chunk: Uint8Array, atMs: number, isOwn = false): void {
    const flow = direction === 'request' ? this.#up : this.#down;
    this.#lastAt = atMs;
    this.#ring.advance(atMs);
    const { close } = flow;
    if (this.#recorder !== undefined) this.#recorder.isOwn = isOwn;
    flow.push(chunk, atMs);
    if (flow.close !== close) this.#closed(direction, flow.close as SeenClose);
    if (this.#broken === '' && flow.reader.broken !== '') this.#broken = flow.reader.broken;
  }

  /** Keeps contents from the next message on. Again: at another level, with what was kept. */
  record(level: Exclude<SocketLevel, 'stats'>, atMs: number): SocketRecorder {
    this.#recorder ??= new SocketRecorder(this.handshake.deflate);
    this.#recorder.start(level, atMs);
    if (this.#isRecording) return this.#recorder;
    this.#isRecording = true;
    this.#up.assembler = this.#recorder.assembler('request', this.#up.compressed > 0);
    this.#down.assembler = this.#recorder.assembler('response', this.#down.compressed > 0);
    return this.#recorder;
  }

  /** Keeps nothing more; what was kept can still be read. */
  stopRecording(): void {
    this.#isRecording = false;
    this.#up.assembler = undefined;
    this.#down.assembler = undefined;
    this.#recorder?.stop();
  }

  snapshot(): SocketRow {
    const close = this.#first;
    return {
      subprotocol: this.handshake.subprotocol,
      up: flowOf(this.#up),
      down: flowOf(this.#down),
      ...(close === undefined ? {} : { close: plainClose(close) }),
    };
  }

  /** `nowMs` of the clock that gives `atMs`; `endedAt` too: its rates stand still there. */
  detail(nowMs: number, endedAt = nowMs): SocketDetail {
    // The second of the end is whole, the one behind it runs.
    this.#ring.advance(Math.min(nowMs, endedAt + SECOND_MS));
    return {
      state: this.state,
      handshake: this.handshake,
      openedAt: this.#openedAt,
      idleMs: Math.max(0, nowMs - this.#lastAt),
      up: { ...flowOf(this.#up), ...flowDetail(this.#up, this.#ring, 0) },
      down: { ...flowOf(this.#down), ...flowDetail(this.#down, this.#ring, 1) },
      ...(this.#first === undefined ? {} : { close: this.#first }),
      ...(this.#answer === undefined ? {} : { answer: this.#answer }),
      broken: this.#broken,
      ...(this.#recorder === undefined ? {} : { recording: this.#recorder.facts() }),
    };
  }

  #closed(direction: 'request' | 'response', seen: SeenClose): void {
    const { code, reason, isReasonBroken, atMs } = seen;
    const side = direction === 'request' ? 'visitor' : 'upstream';
    const close: SocketCloseDetail = { code, reason, side, at: atMs, isReasonBroken };
    if (this.#first === undefined) this.#first = close;
    else this.#answer = close;
  }
}

function flowOf({ messages, reader, pings, pongs }: FlowTap): SocketFlow {
  return { messages, bytes: reader.payloadBytes, pings, pongs };
}

function plainClose({ code, reason, side }: SocketClose): SocketClose {
  return { code, reason, side };
}
