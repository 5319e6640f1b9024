import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as passed } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { BLOCK, bulkBlocks, bulkDigest, drained } from '../servers/bulk.ts';

/** Where visitors go: the relay's port, and the tunnel's public host. */
export interface PublicAddress {
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  readonly host: string;
}

/** What an exchange asks for; `id` makes its target its own. Milliseconds. */
export interface MixedExchange {
  readonly kind: 'download' | 'upload' | 'events' | 'websocket' | 'late';
  readonly id: number;
  /** Blocks of 64 KiB, events, or messages. */
  readonly steps: number;
  /** Between two of them. */
  readonly pauseMs: number;
}

/**
 * One visitor with one exchange, judged byte by byte. Rejects with what is wrong; an answer that the
 * relay made itself is wrong too.
 */
export async function visitMixed(at: PublicAddress, exchange: MixedExchange): Promise<void> {
  switch (exchange.kind) {
    case 'download':
      return download(at, exchange);
    case 'upload':
      return upload(at, exchange);
    case 'events':
      return events(at, exchange);
    case 'websocket':
      return websocket(at, exchange);
    case 'late':
      return late(at, exchange);
  }
}

async function download(at: PublicAddress, { id, steps, pauseMs }: MixedExchange): Promise<void> {
  const bytes = steps * BLOCK;
  const response = await ask(at, `/download?bytes=${bytes}&pause=${pauseMs}&id=${id}`);
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of response) {
    hash.update(chunk as Buffer);
    length += (chunk as Buffer).length;
  }
  require(length === bytes, `${length} of ${bytes} bytes`);
  require(hash.digest('hex') === bulkDigest(bytes), 'the bytes are not those that were sent');
}

async function upload(at: PublicAddress, { id, steps, pauseMs }: MixedExchange): Promise<void> {
  const bytes = steps * BLOCK;
  const response = await ask(at, `/upload?id=${id}`, async function* () {
    for (const block of bulkBlocks(bytes)) {
      yield block;
      await passed(pauseMs);
    }
  });
  require((await textOf(response)) === bulkDigest(bytes), 'the upload arrived changed');
}

async function events(at: PublicAddress, { id, steps, pauseMs }: MixedExchange): Promise<void> {
  const response = await ask(at, `/events?count=${steps}&pause=${pauseMs}&id=${id}`);
  const expected = Array.from({ length: steps }, (_, i) => `data: ${i}\n\n`).join('');
  const text = await textOf(response);
  require(text === expected, `events: ${text.replaceAll(/\n+/g, ' ').slice(-100)}`);
}

async function late(at: PublicAddress, { id, steps, pauseMs }: MixedExchange): Promise<void> {
  const target = `/late?pause=${steps * pauseMs}&id=${id}`;
  const text = await textOf(await ask(at, target));
  require(text === `GET ${target}`, `the answer to another: ${text}`);
}

/** Counts up, each message sent when a pause is over, not when the echo has come. */
function websocket(at: PublicAddress, { id, steps, pauseMs }: MixedExchange): Promise<void> {
  return new Promise((resolve, reject) => {
    const url = `ws://${at.address ?? '127.0.0.1'}:${at.port}/socket?id=${id}`;
    const socket = new WebSocket(url, { headers: { Host: at.host } });
    let next = 0;
    const fail = (reason: string) => {
      socket.terminate();
      reject(new Error(reason));
    };
    socket.on('open', async () => {
      for (let i = 0; i < steps && socket.readyState === WebSocket.OPEN; i++) {
        socket.send(messageOf(id, i));
        await passed(pauseMs);
      }
    });
    socket.on('message', (message: Buffer) => {
      if (message.toString() !== messageOf(id, next)) fail(`message ${next} is another`);
      else if (++next === steps) socket.close(1000);
    });
    socket.on('unexpected-response', (_request, response) => fail(`HTTP ${response.statusCode}`));
    socket.on('error', reject);
    socket.on('close', (code) => {
      if (code === 1000 && next === steps) resolve();
      else reject(new Error(`closed with ${code} after ${next} of ${steps} messages`));
    });
  });
}

function messageOf(id: number, index: number): string {
  return `${id}:${index}:${'x'.repeat((index * 37) % 2_000)}`;
}

function ask(
  { address = '127.0.0.1', port, host }: PublicAddress,
  path: string,
  body?: () => AsyncIterable<Buffer>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({
      port,
      host: address,
      path,
      method,
      headers: { Host: host },
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      if (response.statusCode === 200) resolve(response);
      else
        textOf(response).then(
          (text) => reject(new Error(`${response.statusCode}: ${text}`)),
          reject,
        );
    });
    if (body === undefined) asked.end();
    else void write(asked, body()).catch(reject);
  });
}

async function write(
  asked: ReturnType<typeof request>,
  body: AsyncIterable<Buffer>,
): Promise<void> {
  for await (const block of body) {
    if (asked.destroyed) return;
    if (!asked.write(block)) await drained(asked);
  }
  asked.end();
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function require(condition: boolean, reason: string): void {
  if (!condition) throw new Error(reason);
}
