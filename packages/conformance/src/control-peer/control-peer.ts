import {
  type ControlMessage,
  codeOf,
  decodeControl,
  decodeFrames,
  decodeHello,
  decodeWelcome,
  type ErrorCode,
  type Frame,
  FrameType,
  type Hello,
  isLinkFrame,
  readErrorNumber,
  type Welcome,
} from '@sellia/protocol';
import type { WebSocket } from 'ws';
import { GUARD_MS, Watch } from '../rig/watch.ts';
import { countFrame } from './frames.ts';

export interface Ending {
  /** WebSocket close code: 1006 when the socket just ended. */
  readonly closeCode: number;
  /** GOAWAY that came before it, if one did. */
  readonly code: ErrorCode | undefined;
  readonly reason: string;
}

export interface ControlPeerOptions {
  /** Acknowledge frames and answer PING, as an honest peer does. Default true. */
  readonly isPolite?: boolean;
}

/**
 * One end of a control socket, driven by hand. It keeps the frames it gets until a test takes
 * them; politeness about the link (ACK, PONG) can be turned off. Owner: the test, by `terminate`.
 */
export class ControlPeer {
  readonly socket: WebSocket;
  readonly closed: Promise<Ending>;
  isPolite: boolean;
  /** Session frames received so far: what an ACK counts. */
  sessionFrames = 0;
  /** Credit granted so far by stream, beyond the initial window. */
  readonly granted = new Map<number, number>();
  #frames: Frame[] = [];
  #goaway: { readonly code: ErrorCode; readonly reason: string } | undefined;
  readonly #watch = new Watch();
  #ending: Ending | undefined;
  #pongs = 0;

  constructor(socket: WebSocket, options: ControlPeerOptions = {}) {
    this.socket = socket;
    this.isPolite = options.isPolite ?? true;
    socket.on('message', (bytes: Buffer) => this.#onMessage(bytes));
    socket.on('error', () => {});
    socket.on('pong', () => {
      this.#pongs++;
      this.#watch.notify();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (closeCode: number) => {
        const { code, reason } = this.#goaway ?? { code: undefined, reason: '' };
        this.#ending = { closeCode, code, reason };
        resolve(this.#ending);
        this.#watch.notify();
      });
    });
  }

  get isClosed(): boolean {
    return this.#ending !== undefined;
  }

  /** Frames not taken yet. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** All frames in one WebSocket message. */
  send(...frames: readonly Uint8Array[]): void {
    this.socket.send(Buffer.concat(frames), { binary: true, compress: false }, () => {});
  }

  /** Resolves when the kernel has taken it: for floods that must not pile up here. */
  sendFlushed(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.send(bytes, { binary: true }, () => resolve()));
  }

  /** The first frame that is wanted, now or within the guard; those before it stay. */
  take(isWanted: (frame: Frame) => boolean, what = 'frame'): Promise<Frame> {
    return this.#watch.until(
      () => {
        const index = this.#frames.findIndex(isWanted);
        if (index >= 0) return this.#frames.splice(index, 1)[0];
        if (this.isClosed) throw new Error(`closed before ${what}: ${this.#summary()}`);
        return undefined;
      },
      () => `${what}; ${this.#summary()}`,
    );
  }

  takeType(type: number, streamId?: number): Promise<Frame> {
    const wantsAny = streamId === undefined;
    return this.take(
      (frame) => frame.type === type && (wantsAny || frame.streamId === streamId),
      `frame of type ${type}`,
    );
  }

  async takeHello(): Promise<Hello> {
    return decodeHello(textOf(await this.takeType(FrameType.Hello)));
  }

  async takeWelcome(): Promise<Welcome> {
    return decodeWelcome(textOf(await this.takeType(FrameType.Welcome)));
  }

  async takeControl<T extends ControlMessage['type']>(
    type: T,
  ): Promise<Extract<ControlMessage, { type: T }>> {
    const isWanted = (frame: Frame) =>
      frame.type === FrameType.Control && decodeControl(textOf(frame))?.type === type;
    const found = await this.take(isWanted, type);
    return decodeControl(textOf(found)) as Extract<ControlMessage, { type: T }>;
  }

  /** How the socket ended, or an error when it has not within the guard. */
  ending(guardMs = GUARD_MS): Promise<Ending> {
    const describe = () => `the socket stays open; ${this.#summary()}`;
    return this.#watch.until(() => this.#ending, describe, guardMs);
  }

  /** Everything sent before has been received by the WebSocket layer of the other side. */
  async barrier(): Promise<void> {
    const before = this.#pongs;
    this.socket.ping();
    await this.#watch.until(
      () => this.isClosed || this.#pongs > before,
      () => 'a WebSocket pong',
    );
  }

  terminate(): void {
    this.socket.terminate();
  }

  #onMessage(bytes: Buffer): void {
    for (const frame of decodeFrames(bytes)) this.#onFrame(frame);
    this.#watch.notify();
  }

  #onFrame(frame: Frame): void {
    if (!isLinkFrame(frame.type)) {
      this.sessionFrames++;
      if (this.isPolite) this.send(countFrame(FrameType.Ack, this.sessionFrames));
    }
    if (frame.type === FrameType.Window) {
      const grant = Buffer.from(frame.payload).readUInt32BE();
      this.granted.set(frame.streamId, (this.granted.get(frame.streamId) ?? 0) + grant);
    } else if (frame.type === FrameType.Ping && this.isPolite) {
      const count = Number(Buffer.from(frame.payload).readBigUInt64BE());
      this.send(countFrame(FrameType.Pong, count));
    } else if (frame.type === FrameType.Goaway) {
      const { payload } = frame;
      const code = codeOf(readErrorNumber(payload, 0, payload.length));
      this.#goaway = { code, reason: textOf(frame).slice(2) };
    }
    this.#frames.push(frame);
  }

  #summary(): string {
    const got = this.#frames.slice(0, 20).map((frame) => `${frame.type}@${frame.streamId}`);
    return `got [${got.join(' ')}]${this.#goaway ? ` and GOAWAY ${this.#goaway.code}` : ''}`;
  }
}

export function textOf(frame: Frame): string {
  return Buffer.from(frame.payload).toString('latin1');
}
