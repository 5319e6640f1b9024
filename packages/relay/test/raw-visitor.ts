import { connect, type Socket } from 'node:net';
import { Inbox } from './inbox.ts';

/** A visitor that writes and reads bytes. */
export class RawVisitor {
  readonly socket: Socket;
  readonly inbox = new Inbox();
  /** All that has come, as latin1. */
  text = '';
  ended: 'fin' | 'reset' | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.text += bytes.toString('latin1');
      this.inbox.notify();
    });
    socket.on('end', () => this.#end('fin'));
    socket.on('error', () => this.#end('reset'));
    socket.on('close', () => this.#end('fin'));
  }

  static open(port: number, host = '127.0.0.1'): Promise<RawVisitor> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawVisitor(socket));
      });
    });
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** All that has come, once it contains `wanted`. */
  until(wanted: string): Promise<string> {
    const look = () => {
      if (this.text.includes(wanted)) return this.text;
      if (this.ended !== undefined) throw new Error(`ended by ${this.ended}: ${this.text}`);
      return undefined;
    };
    return this.inbox.until(look, () => `${JSON.stringify(wanted)}; got ${this.text}`);
  }

  closed(): Promise<'fin' | 'reset'> {
    return this.inbox.until(
      () => this.ended,
      () => `the end; got ${this.text}`,
    );
  }

  #end(how: 'fin' | 'reset'): void {
    this.ended ??= how;
    this.inbox.notify();
  }
}
