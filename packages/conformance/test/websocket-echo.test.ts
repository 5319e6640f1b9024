import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { type InProcessRig, startRig } from '../src/rig/index.ts';
import { type EchoServer, startPythonEcho, whyNoPython } from '../src/servers/python-echo.ts';
import { startWsEcho } from '../src/servers/ws-echo.ts';

/** Two WebSocket implementations that have never heard of Sellia, talked to through it. */

const whyNot = whyNoPython();
const servers: [string, () => Promise<EchoServer>, string | undefined][] = [
  ['ws', startWsEcho, undefined],
  ['Python websockets', startPythonEcho, whyNot],
];

const SIZES = [0, 1, 64, 125, 126, 65_535, 65_536, 1024 * 1024, 16 * 1024 * 1024];
const CLOSE_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];

for (const [name, start, missing] of servers) {
  const title = missing === undefined ? name : `${name} (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(`echo server on ${title}`, () => {
    let server: EchoServer;
    let rig: InProcessRig;
    const open = (path = '/', protocols: string[] = [], options: ClientOptions = {}) =>
      dial(rig, path, protocols, options);

    beforeAll(async () => {
      server = await start();
      rig = await startRig({ upstream: { url: `http://127.0.0.1:${server.port}` } });
    });

    afterAll(async () => {
      await rig.settled();
      await rig.close();
      await server.close();
    });

    for (const perMessageDeflate of [false, true]) {
      const how = perMessageDeflate ? 'compressed' : 'plain';
      test(`text and binary of ${SIZES.length} sizes up to 16 MiB, ${how}`, async () => {
        const client = await open('/', [], { perMessageDeflate });
        expect(client.socket.extensions).toBe(perMessageDeflate ? 'permessage-deflate' : '');
        for (const size of SIZES) {
          const bytes = randomBytes(size);
          client.socket.send(bytes);
          expect((await client.next()).bytes.equals(bytes)).toBe(true);
          const text = bytes.toString('hex').slice(0, size);
          client.socket.send(text);
          const echoed = await client.next();
          expect(echoed.isBinary).toBe(false);
          expect(echoed.bytes.equals(Buffer.from(text))).toBe(true);
        }
        client.socket.close();
      });
    }

    test('messages in fragments, both ways', async () => {
      const client = await open('/fragments', [], { perMessageDeflate: false });
      const bytes = randomBytes(300_000);
      for (let at = 0; at < bytes.length; at += 30_000) {
        client.socket.send(bytes.subarray(at, at + 30_000), { fin: at + 30_000 >= bytes.length });
      }
      expect((await client.next()).bytes.equals(bytes)).toBe(true);
      client.socket.close();
    });

    test('a thousand messages keep their order', async () => {
      const client = await open();
      for (let i = 0; i < 1_000; i++) client.socket.send(`message ${i}`);
      for (let i = 0; i < 1_000; i++) {
        expect((await client.next()).bytes.toString()).toBe(`message ${i}`);
      }
      client.socket.close();
    });

    test('every ping is answered by the server with its own bytes', async () => {
      const client = await open();
      for (const length of [0, 4, 125]) {
        const bytes = randomBytes(length);
        const pong = new Promise<Buffer>((resolve) => client.socket.once('pong', resolve));
        client.socket.ping(bytes);
        expect((await pong).equals(bytes)).toBe(true);
      }
      client.socket.close();
    });

    for (const code of CLOSE_CODES) {
      test(`close code ${code} and its reason, from either side`, async () => {
        const left = await open();
        left.socket.close(code, `bye ${code} äö`);
        expect((await left.closed).code).toBe(code);
        const reason = `server ${code} äö`;
        const told = await open(`/close/${code}/${encodeURIComponent(reason)}`);
        expect(await told.closed).toEqual({ code, reason });
      });
    }

    test('a close without a code', async () => {
      const client = await open();
      client.socket.close();
      expect((await client.closed).code).toBe(1005);
    });

    test('the longest close reason', async () => {
      const reason = 'r'.repeat(123);
      const client = await open(`/close/4000/${reason}`);
      expect(await client.closed).toEqual({ code: 4000, reason });
    });

    test('the server chooses the subprotocol', async () => {
      const client = await open('/', ['first', 'sellia-second', 'third']);
      expect(client.socket.protocol).toBe('sellia-second');
      client.socket.close();
    });

    test('a greeting sent with the 101', async () => {
      for (let i = 0; i < 20; i++) {
        const client = await open('/greeting');
        expect((await client.next()).bytes.toString()).toBe('greeting');
        client.socket.close();
      }
    });

    test('a refusal keeps status, headers and body', async () => {
      const refused = await refusal(rig, '/refused');
      expect(refused.status).toBe(403);
      expect(refused.why).toBe('not you');
      expect(refused.body).toMatch(/^refused by (ws|python)\n$/);
    });

    test('a hundred connections at once, each with its own echo', async () => {
      const one = async (i: number) => {
        const client = await open(`/?${i}`);
        client.socket.send(`mine ${i}`);
        const answer = (await client.next()).bytes.toString();
        client.socket.close();
        await client.closed;
        return answer === `mine ${i}`;
      };
      const results = await Promise.all(Array.from({ length: 100 }, (_, i) => one(i)));
      expect(results.every(Boolean)).toBe(true);
    });
  });
}

interface Message {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

interface EchoClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  next(): Promise<Message>;
}

/** Listens before the handshake is done: a greeting may come in the same segment. */
async function dial(
  rig: InProcessRig,
  path: string,
  protocols: string[],
  options: ClientOptions,
): Promise<EchoClient> {
  const url = `ws://127.0.0.1:${rig.port}${path}`;
  const socket = new WebSocket(url, protocols, {
    ...options,
    headers: { Host: rig.host },
    maxPayload: 64 * 1024 * 1024,
  });
  const messages: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  socket.on('message', (bytes: Buffer, isBinary: boolean) => {
    const take = waiting.shift();
    if (take === undefined) messages.push({ bytes, isBinary });
    else take({ bytes, isBinary });
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const next = () => {
    const ready = messages.shift();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise<Message>((resolve) => waiting.push(resolve));
  };
  return { socket, closed, next };
}

function refusal(rig: InProcessRig, path: string) {
  return new Promise<{ status: number; why: unknown; body: string }>((resolve, reject) => {
    const url = `ws://127.0.0.1:${rig.port}${path}`;
    const socket = new WebSocket(url, { headers: { Host: rig.host } });
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, why: response.headers['x-why'], body });
      });
    });
  });
}
