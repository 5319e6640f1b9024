import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Copied } from '../../src/copy/request.ts';

/** A request as it came: text is latin1. */
export interface Recorded {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  /** Name, value, …; without Host and Content-Length. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Milliseconds that a program has. */
const PROGRAM_MAX = 10_000;

/** A server that keeps the raw bytes of requests, and a folder to run programs in. */
export class Recorder {
  readonly #server: Server = createServer((socket) => this.#take(socket));
  readonly requests: Recorded[] = [];
  folder = '';
  port = 0;

  async open(): Promise<void> {
    this.folder = await mkdtemp(join(tmpdir(), 'sellia-copy-'));
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.folder, { recursive: true });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Runs a program with the copied file beside it; returns what the server got. */
  async run(copied: Copied, program: string, args: string[], stdin = ''): Promise<Recorded> {
    if (copied.file) await writeFile(join(this.folder, copied.file.name), copied.file.bytes);
    this.requests.length = 0;
    const output = await finished(spawn(program, args, this.#options()), stdin);
    const [request, ...more] = this.requests;
    if (request === undefined) throw new Error(`no request came: ${output}\n${copied.text}`);
    if (more.length > 0) throw new Error(`${more.length} requests too many: ${output}`);
    return request;
  }

  /** A file of the folder. */
  async write(name: string, text: string): Promise<string> {
    await writeFile(join(this.folder, name), text);
    return name;
  }

  #options() {
    const env = { PATH: process.env.PATH ?? '', HOME: this.folder, LC_ALL: 'C.UTF-8' };
    return { cwd: this.folder, env, timeout: PROGRAM_MAX };
  }

  #take(socket: Socket): void {
    let bytes = Buffer.alloc(0);
    let hasAsked = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = bytes.toString('latin1', 0, end);
      const length = Number(/\r\ncontent-length: ?(\d+)/i.exec(head)?.[1] ?? 0);
      const body = bytes.subarray(end + 4);
      if (body.length < length && !hasAsked && /\r\nexpect:/i.test(head)) {
        hasAsked = true;
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      }
      if (body.length < length) return;
      this.requests.push(recorded(head, body));
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    });
  }
}

function recorded(head: string, body: Buffer): Recorded {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers: string[] = [];
  let host = '';
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, '');
    if (/^host$/i.test(name)) host = value;
    else if (!/^content-length$/i.test(name)) headers.push(name, value);
  }
  return { method, target, host, headers, body };
}

async function finished(child: ChildProcess, stdin: string): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin, 'utf8');
  await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  return output;
}
