import { connect, type Socket } from 'node:net';
import { confirmEnd } from '@sellia/session';
import type { HttpMessage } from './http-message.ts';
import { MessageReader } from './message-reader.ts';
import { bytesOf, GUARD_MS, shown, Watch } from './watch.ts';

export interface VisitOptions {
  readonly port: number;
  /** Address of the relay; 127.0.0.1 by default. */
  readonly address?: string;
  /** Methods of the requests to come, in order, so that an answer to HEAD is read right. */
  readonly methods?: readonly string[];
  /** Keep our side open when the relay ends its own. Default false. */
  readonly holdsOpen?: boolean;
}

/** How a connection ended for the visitor: by FIN or by RST. */
export type Ended = 'fin' | 'reset';

/** V: a raw TCP visitor that reads strictly. Owner: the rig that opened it. */
export class Visitor {
  readonly socket: Socket;
  readonly reader: MessageReader;
  readonly watch = new Watch();
  /** Bytes received, kept up to 32 MiB. */
  receivedLength = 0;
  ended: Ended | undefined;
  readonly #received: Buffer[] = [];

  private constructor(socket: Socket, options: VisitOptions) {
    this.socket = socket;
    const methods = options.methods ?? [];
    this.reader = new MessageReader({
      kind: 'response',
      methodOf: (index) => methods[index] ?? 'GET',
    });
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    // As long as it could still write, it can tell an RST that libuv took for an end.
    const answers = options.holdsOpen !== true;
    socket.on('end', () => confirmEnd(socket, () => this.#onEnded('fin', answers)));
    socket.on('error', () => this.#onEnded('reset', false));
    socket.on('close', () => this.#onEnded('fin', false));
  }

  static open(options: VisitOptions): Promise<Visitor> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        port: options.port,
        host: options.address ?? '127.0.0.1',
        allowHalfOpen: true,
      });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Visitor(socket, options));
      });
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.#received);
  }

  /** Responses whose head has come. */
  get messages(): readonly HttpMessage[] {
    return this.reader.messages;
  }

  /** Bytes after a 101. */
  get raw(): Buffer {
    return Buffer.concat(this.reader.raw);
  }

  get isOpen(): boolean {
    return this.ended === undefined && !this.socket.destroyed;
  }

  /** False: wait for `drained`. */
  send(bytes: string | Uint8Array): boolean {
    return this.socket.write(bytesOf(bytes));
  }

  drained(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.socket.writableNeedDrain) resolve();
      else {
        this.socket.once('drain', resolve);
        this.socket.once('close', () => resolve());
      }
    });
  }

  /** Each byte in a segment of its own. */
  async trickle(bytes: string | Uint8Array): Promise<void> {
    for (const byte of bytesOf(bytes)) {
      await new Promise<void>((resolve) => {
        this.socket.write(Buffer.of(byte), () => setImmediate(resolve));
      });
    }
  }

  /** The first `count` responses, each whole. Throws with what came instead. */
  async responses(count: number, guardMs = GUARD_MS): Promise<HttpMessage[]> {
    return this.watch.until(
      () => {
        const whole = this.messages.filter((message) => message.isComplete);
        if (whole.length >= count) return whole.slice(0, count);
        this.#rejectIfHopeless(`${count} responses`);
        return undefined;
      },
      () => `${count} responses; got ${shown(this.received)}`,
      guardMs,
    );
  }

  async response(guardMs = GUARD_MS): Promise<HttpMessage> {
    return (await this.responses(1, guardMs))[0] as HttpMessage;
  }

  /** The head of response number `index`, its body perhaps still to come. */
  head(index = 0, guardMs = GUARD_MS): Promise<HttpMessage> {
    return this.watch.until(
      () => {
        const message = this.messages[index];
        if (message === undefined) this.#rejectIfHopeless(`head ${index}`);
        return message;
      },
      () => `head ${index}; got ${shown(this.received)}`,
      guardMs,
    );
  }

  /** Resolves when `look` holds for this visitor; looks again at every arrival. */
  when(look: () => boolean, what: string, guardMs = GUARD_MS): Promise<true> {
    return this.watch.until(look, () => `${what}; got ${shown(this.received)}`, guardMs);
  }

  /** How the relay ended the connection. */
  closed(guardMs = GUARD_MS): Promise<Ended> {
    return this.watch.until(
      () => this.ended,
      () => `the connection stays open; got ${shown(this.received)}`,
      guardMs,
    );
  }

  /** FIN: nothing more to send. */
  end(): void {
    this.socket.end();
  }

  /** RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #onData(bytes: Buffer): void {
    this.receivedLength += bytes.length;
    if (this.receivedLength <= 32 * 1024 * 1024) this.#received.push(bytes);
    this.reader.push(bytes);
    this.watch.notify();
  }

  #onEnded(how: Ended, answers: boolean): void {
    if (this.ended === undefined) {
      this.ended = how;
      this.reader.finish(how === 'fin');
    }
    if (answers) this.socket.end();
    this.watch.notify();
  }

  #rejectIfHopeless(what: string): void {
    const { badness } = this.reader;
    if (badness !== undefined)
      throw new Error(`bad response (${badness}): ${shown(this.received)}`);
    if (this.ended === undefined) return;
    throw new Error(`ended by ${this.ended} before ${what}: ${shown(this.received)}`);
  }
}
