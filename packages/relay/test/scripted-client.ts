import {
  type ControlMessage,
  type ErrorCode,
  encodeResponse,
  type MuxStream,
  type OpenHead,
  type StreamHandler,
  type TunnelReady,
} from '@sellia/protocol';
import { type Clock, dialTransport, Session, type Transport } from '@sellia/session';
import { CONTROL_PATH, type Relay } from '../src/index.ts';
import { Inbox } from './inbox.ts';

/** A stream as the client's side got it, answered by hand. */
export class ScriptedStream implements StreamHandler {
  readonly stream: MuxStream;
  readonly open: OpenHead;
  /** What the visitor sent, as latin1. */
  body = '';
  trailers: string | undefined;
  hasEnded: boolean;
  resetBy: ErrorCode | undefined;
  readonly #inbox: Inbox;

  constructor(stream: MuxStream, open: OpenHead, ended: boolean, inbox: Inbox) {
    this.stream = stream;
    this.open = open;
    this.hasEnded = ended;
    this.#inbox = inbox;
  }

  get target(): string {
    return this.open.request.target;
  }

  header(name: string): string | undefined {
    const { headers } = this.open.request;
    const at = headers.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name);
    return at < 0 ? undefined : headers[at + 1];
  }

  head(status: number, headers: string[] = [], ended = false): void {
    this.stream.head(encodeResponse(status, 'Reason', headers), ended);
  }

  /** A whole response of known length. */
  answer(body: string, status = 200): void {
    this.head(status, ['Content-Length', String(body.length)]);
    this.write(body);
    this.stream.end();
  }

  write(text: string): boolean {
    return this.stream.write(Buffer.from(text, 'latin1'));
  }

  onHead(): void {}
  onInfo(): void {}
  onDrain(): void {}

  onData(chunk: Uint8Array): void {
    this.body += Buffer.from(chunk).toString('latin1');
    this.stream.consume(chunk.length);
    this.#inbox.notify();
  }

  onTrailers(text: string): void {
    this.trailers = text;
  }

  onEnd(): void {
    this.hasEnded = true;
    this.#inbox.notify();
  }

  onReset(code: ErrorCode): void {
    this.resetBy = code;
    this.#inbox.notify();
  }

  onStop(): void {
    this.#inbox.notify();
  }
}

export type Script = (stream: ScriptedStream) => void;

export interface DialOptions {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly capabilities?: readonly string[];
  readonly maxStreams?: number;
}

/** A client over a real control socket, which does what the test says and nothing else. */
export class ScriptedClient {
  readonly inbox = new Inbox();
  readonly streams: ScriptedStream[] = [];
  readonly messages: ControlMessage[] = [];
  script: Script = () => {};
  closedBy: ErrorCode | undefined;
  isLeaving = false;
  session!: Session;
  #transport: Transport | undefined;

  /** `clock` is the relay's: the two measure each other's rates. */
  static async dial(
    relay: Relay,
    clock: Clock,
    options: DialOptions = {},
  ): Promise<ScriptedClient> {
    const { key, headers = {}, capabilities = [], maxStreams = 1_000 } = options;
    const transport = await dialTransport({
      url: `${relay.url.replace('http', 'ws')}${CONTROL_PATH}`,
      headers: { ...headers, ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }) },
    });
    const client = new ScriptedClient();
    client.#transport = transport;
    await new Promise<void>((resolve) => {
      client.session = new Session({
        role: 'client',
        transport,
        clock,
        agent: 'scripted/1',
        capabilities,
        maxStreams,
        handler: {
          onReady: () => resolve(),
          onStream: (stream, open, ended) => client.#onStream(stream, open, ended),
          onControl: (message) => {
            client.messages.push(message);
            client.inbox.notify();
          },
          onGoingAway: () => {
            client.isLeaving = true;
            client.inbox.notify();
          },
          onClosed: (code) => {
            client.closedBy = code;
            client.inbox.notify();
            resolve();
          },
          onFault: (error) => {
            throw error;
          },
        },
      });
    });
    return client;
  }

  /** Asks for a tunnel and waits for the answer. */
  async ask(name: string, lease = '', tunnel = 1, pool = false): Promise<ControlMessage> {
    this.session.sendControl({ type: 'tunnel.open', tunnel, kind: 'http', name, lease, pool });
    return this.inbox.until(() =>
      this.messages.find(
        (message) =>
          (message.type === 'tunnel.ready' || message.type === 'tunnel.refused') &&
          message.tunnel === tunnel,
      ),
    );
  }

  async open(name: string, lease = '', tunnel = 1, pool = false): Promise<TunnelReady> {
    const answer = await this.ask(name, lease, tunnel, pool);
    if (answer.type !== 'tunnel.ready') throw new Error(JSON.stringify(answer));
    return answer;
  }

  /** The stream number `index` that the relay has opened. */
  stream(index = 0): Promise<ScriptedStream> {
    return this.inbox.until(() => this.streams[index]);
  }

  /** Its link breaks without a word. */
  cut(): void {
    this.#transport?.terminate();
  }

  close(): void {
    this.session.close('SELLIA_GOING_AWAY', 'the test is over');
  }

  #onStream(stream: MuxStream, open: OpenHead, ended: boolean): void {
    const scripted = new ScriptedStream(stream, open, ended, this.inbox);
    stream.handler = scripted;
    this.streams.push(scripted);
    this.script(scripted);
    this.inbox.notify();
  }
}
