import { createHash, type Hash } from 'node:crypto';

export type BodyFraming = 'none' | 'length' | 'chunked' | 'close';

/** A body past this is hashed and counted, not kept. */
const BODY_KEPT_MAX = 32 * 1024 * 1024;

/** One request or response as it stood on the wire. Filled while it arrives. */
export class HttpMessage {
  readonly startLine: string;
  /** Exact bytes from the start line to the empty line. */
  readonly rawHead: Buffer;
  /** Flat: name, value, name, value, … in order and case. */
  readonly headers: readonly string[];
  framing: BodyFraming = 'none';
  trailers: string[] = [];
  readonly chunkSizes: number[] = [];
  bodyLength = 0;
  isComplete = false;
  /** The connection ended before the message did. */
  isAborted = false;
  /** 1xx responses that came before this one. */
  informational: HttpMessage[] = [];
  readonly #parts: Buffer[] = [];
  readonly #hash: Hash = createHash('sha256');

  constructor(rawHead: Buffer, startLine: string, headers: readonly string[]) {
    this.rawHead = rawHead;
    this.startLine = startLine;
    this.headers = headers;
  }

  get method(): string {
    return this.startLine.split(' ')[0] as string;
  }

  get target(): string {
    return this.startLine.split(' ')[1] as string;
  }

  get status(): number {
    return Number(this.startLine.split(' ')[1]);
  }

  get reason(): string {
    return this.startLine.split(' ').slice(2).join(' ');
  }

  get version(): string {
    return /HTTP\/\d\.\d/.exec(this.startLine)?.[0] ?? '';
  }

  get body(): Buffer {
    if (this.bodyLength > BODY_KEPT_MAX) throw new Error('body too long to be kept; use digest()');
    return Buffer.concat(this.#parts);
  }

  /** The body as latin1. */
  get text(): string {
    return this.body.toString('latin1');
  }

  /** SHA-256 of the body so far, as hex. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Values of `name`, in order. */
  values(name: string): string[] {
    const wanted = name.toLowerCase();
    const { headers } = this;
    return headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === wanted);
  }

  value(name: string): string | undefined {
    return this.values(name)[0];
  }

  has(name: string): boolean {
    return this.values(name).length > 0;
  }

  addBody(bytes: Buffer): void {
    this.bodyLength += bytes.length;
    this.#hash.update(bytes);
    if (this.bodyLength <= BODY_KEPT_MAX) this.#parts.push(bytes);
  }
}
