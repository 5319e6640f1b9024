import { once } from 'node:events';
import { createServer, request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { type AddressInfo, connect as dial } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Replay } from '@sellia/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LiveMessage } from '../../src/exchange/live.ts';
import { Inspector } from '../../src/server/inspector.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

let rig: FeedRig;
let replays: Replay[];
let inspector: Inspector;

beforeEach(async () => {
  replays = [];
  rig = new FeedRig();
  inspector = await Inspector.start({ port: 0, version: '1.2.3' });
  inspector.show(shownTunnel(rig, replays));
});
afterEach(() => inspector.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly json: <Shape>() => Shape;
}

function ask(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = '') {
  return new Promise<Answer>((resolve, reject) => {
    const host = `localhost:${inspector.port}`;
    const options = {
      host: '127.0.0.1',
      port: inspector.port,
      method,
      path,
      agent: false,
    } as const;
    const asked = httpRequest({ ...options, headers: { host, ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const { statusCode = 0, headers: got } = response;
        resolve({ status: statusCode, headers: got, text, json: () => JSON.parse(text) });
      });
    });
    asked.on('error', reject);
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({
        status: response.statusCode ?? 0,
        headers: {},
        text: '',
        json: () => JSON.parse(''),
      });
    });
    asked.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const bearer = () => ({ authorization: `Bearer ${inspector.token}` });
const REFUSAL = {
  type: 'exchange.refused',
  tunnel: 1,
  status: 429,
  code: 'SELLIA_TOO_MANY_STREAMS',
  method: 'GET',
  target: '/',
} as const;
const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('who gets an answer', () => {
  test('J01 nobody from outside', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (outside === undefined) return;
    const socket = dial({ port: inspector.port, host: outside.address });
    const [error] = await once(socket, 'error');
    expect((error as NodeJS.ErrnoException).code).toBe('ECONNREFUSED');
  });

  test.each(['/', '/api/tunnels', '/api/v1/live', '/nothing'])(
    'J02 J04 not for a foreign Host or Origin: %s',
    async (path) => {
      for (const host of ['evil.com:4040', '1.2.3.4:4040', '[']) {
        expect((await ask('GET', path, { host, ...bearer() })).status).toBe(403);
        expect((await ask('GET', path, { host, ...bearer(), ...UPGRADE })).status).toBe(403);
      }
      for (const origin of ['http://evil.com', 'null', 'http://localhost:3000', 'http://[']) {
        expect((await ask('GET', path, { origin, ...bearer() })).status).toBe(403);
        expect((await ask('GET', path, { origin, ...bearer(), ...UPGRADE })).status).toBe(403);
      }
    },
  );

  test('J02 no Host, two Hosts', async () => {
    for (const hosts of ['', 'Host: localhost\r\nHost: localhost\r\n']) {
      const socket = dial({ port: inspector.port, host: '127.0.0.1' });
      socket.write(`GET /api/tunnels HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
      const [bytes] = await once(socket, 'data');
      expect(String(bytes)).toMatch(/^HTTP\/1.1 400 /);
      socket.destroy();
    }
  });

  test('J05 J06 nothing for other origins, in no answer', async () => {
    const origin = `http://localhost:${inspector.port}`;
    for (const path of ['/', '/api/tunnels', '/api/v1/live', '/nothing']) {
      const preflight = { origin, 'access-control-request-method': 'DELETE' };
      const answers = [
        await ask('OPTIONS', path, preflight),
        await ask('GET', path, { origin, ...bearer() }),
        await ask('GET', path, { origin: 'http://evil.com' }),
      ];
      expect(answers[0]?.status).toBe(405);
      for (const { headers } of answers) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual(
          [],
        );
      }
    }
  });

  test('J07 changes nothing for a page without the token', async () => {
    rig.exchange('/kept');
    const origin = `http://localhost:${inspector.port}`;
    const text = { 'content-type': 'text/plain' };
    expect((await ask('POST', '/api/requests/http', text, '{"id":"x"}')).status).toBe(403);
    expect((await ask('DELETE', '/api/requests/http', { origin })).status).toBe(403);
    const site = { 'sec-fetch-site': 'same-origin' };
    expect((await ask('DELETE', '/api/requests/http', site)).status).toBe(403);
    expect(inspector.store.size).toBe(1);
  });

  test('J10 says how pages of it may be used', async () => {
    for (const path of ['/', '/api/tunnels', '/nothing']) {
      const { headers } = await ask('GET', path, bearer());
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).toContain("object-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
  });

  test('J17 an Origin of 8 KiB, and it lives', async () => {
    expect((await ask('GET', '/api/tunnels', { origin: 'x'.repeat(8192) })).status).toBe(403);
    expect((await ask('GET', '/api/tunnels')).status).toBe(200);
  });

  test('J18 no path leads out', async () => {
    for (const path of ['/..%2f..%2fetc/passwd', '/%2e%2e/', '/assets/../../x', '/%00', '//[']) {
      expect([400, 404]).toContain((await ask('GET', path, bearer())).status);
    }
  });
});

describe('the token', () => {
  test('of the printed link becomes a cookie, and leaves the address', async () => {
    const { token } = inspector;
    const { status, headers } = await ask('GET', `/r/1?token=${token}&q=x`);
    expect([status, headers.location]).toEqual([303, '/r/1?q=x']);
    const [cookie] = headers['set-cookie'] as string[];
    expect(cookie).toMatch(/^sellia_\d+=[\w-]{24}; Path=\/; HttpOnly; SameSite=Strict$/);
    const [pair] = (cookie as string).split(';');
    const live = { ...UPGRADE, cookie: pair as string };
    expect((await ask('GET', '/api/v1/live', live)).status).toBe(101);
    expect(inspector.invitation).toBe(`http://localhost:${inspector.port}/?token=${token}`);
  });

  test('must be right, and is none for an API or for another host', async () => {
    expect((await ask('GET', '/?token=wrong')).status).toBe(404);
    expect((await ask('GET', '/?token=wrong')).headers['set-cookie']).toBeUndefined();
    const { token } = inspector;
    const api = await ask('GET', `/api/v1/live?token=${token}`);
    expect([api.status, api.headers['set-cookie']]).toEqual([403, undefined]);
    const other = await ask('GET', `//evil.com/?token=${token}`);
    expect(other.headers.location).toBeUndefined();
  });

  test('J08 a live socket without it: closed, nothing sent', async () => {
    const origin = `http://localhost:${inspector.port}`;
    expect((await ask('GET', '/api/v1/live', { ...UPGRADE, origin })).status).toBe(403);
    expect((await ask('GET', '/api/v1/live', { ...UPGRADE, ...bearer() })).status).toBe(101);
  });

  test('is asked of scripts, too, where that was wanted', async () => {
    await inspector.close();
    inspector = await Inspector.start({ port: 0, version: '1', isStrict: true });
    expect((await ask('GET', '/api/tunnels')).status).toBe(403);
    expect((await ask('GET', '/api/tunnels', bearer())).status).toBe(200);
  });
});

describe('scripts that were written for ngrok', () => {
  test('find the public URL', async () => {
    const { tunnels } = (await ask('GET', '/api/tunnels')).json<{ tunnels: unknown[] }>();
    expect(tunnels).toEqual([
      {
        name: 'one',
        ID: 'one',
        uri: '/api/tunnels/one',
        public_url: 'https://one.example.com',
        proto: 'https',
        config: { addr: 'http://localhost:8080', inspect: true },
      },
    ]);
    expect((await ask('GET', '/api/tunnels/one')).json()).toEqual(tunnels[0]);
    expect((await ask('GET', '/api/tunnels/two')).status).toBe(404);
  });

  test('find requests, the newest first, whole', async () => {
    rig.exchange('/first');
    const exchange = rig.open('/second', ['Host', 'one.test', 'x-a', '1', 'X-A', '2']);
    rig.body(exchange, 'request', Buffer.from('body'));
    const pending = (await ask('GET', '/api/requests/http')).json<{ requests: unknown[] }>();
    expect(pending.requests[0]).toMatchObject({ response: null, duration: 0 });
    rig.answer(exchange, 404, ['content-type', 'text/plain']);
    rig.body(exchange, 'response', Buffer.from('none'));
    rig.close(exchange, 1.5);
    const { requests } = (await ask('GET', '/api/requests/http')).json<{ requests: never[] }>();
    expect(requests.map(({ request }) => (request as { uri: string }).uri)).toEqual([
      '/second',
      '/first',
    ]);
    const one = requests[0] as unknown as Record<string, Record<string, unknown>>;
    expect(one).toMatchObject({
      tunnel_name: 'one',
      remote_addr: '192.0.2.7',
      start: '1970-01-01T00:00:01.000Z',
      duration: 1_500_000,
      request: { method: 'GET', headers: { Host: ['one.test'], 'X-A': ['1', '2'] } },
      response: { status: '404 OK', status_code: 404, headers: { 'Content-Type': ['text/plain'] } },
    });
    const raw = (message: unknown) =>
      Buffer.from((message as { raw: string }).raw, 'base64').toString();
    expect(raw(one.request)).toBe(
      'GET /second HTTP/1.1\r\nHost: one.test\r\nx-a: 1\r\nX-A: 2\r\n\r\nbody',
    );
    expect(raw(one.response)).toBe('HTTP/1.1 404 OK\r\ncontent-type: text/plain\r\n\r\nnone');
    const id = String(one.id);
    expect((await ask('GET', `/api/requests/http/${id}`)).json()).toEqual(one);
    expect((await ask('GET', '/api/requests/http/none')).status).toBe(404);
  });

  test('list as many as they want, of the tunnel they want', async () => {
    const other = new FeedRig('two');
    inspector.show(shownTunnel(other));
    for (let i = 0; i < 60; i++) rig.exchange('/');
    other.exchange('/');
    const count = async (query: string) =>
      (await ask('GET', `/api/requests/http${query}`)).json<{ requests: [] }>().requests.length;
    expect(await count('')).toBe(50);
    expect(await count('?limit=55')).toBe(55);
    expect(await count('?limit=-1')).toBe(50);
    expect(await count('?tunnel_name=two')).toBe(1);
  });

  test('forget all', async () => {
    rig.exchange('/');
    expect((await ask('DELETE', '/api/requests/http')).status).toBe(204);
    expect(inspector.store.size).toBe(0);
  });

  test('send a request again', async () => {
    const first = rig.open('/a', ['Host', 'one.test', 'sellia-replay', 'forged']);
    rig.body(first, 'request', Buffer.from('body'));
    rig.answer(first);
    rig.close(first);
    const [original] = [...inspector.store.newest()];
    const id = original?.place.id as string;
    const again = (body: unknown) =>
      ask('POST', '/api/requests/http', JSON_TYPE, JSON.stringify(body));
    expect((await again({ id })).status).toBe(204);
    expect(replays).toEqual([
      {
        method: 'GET',
        target: '/a',
        headers: ['Host', 'one.test', 'Sellia-Replay', id],
        body: Buffer.from('body'),
        scheme: 'https',
      },
    ]);
    const [replay] = [...inspector.store.newest()];
    expect([original?.row.replayOf, replay?.row.replayOf]).toEqual(['', id]);
    expect(original?.detail.replays).toEqual([replay?.place.id]);
    expect((await again({ id: 'none' })).status).toBe(404);
    expect((await again({ id, tunnel_name: 'none' })).status).toBe(404);
    for (const bad of [{}, [], 7, { id: 7 }]) expect((await again(bad)).status).toBe(400);
    rig.tell(0, { type: 'refused', refusal: REFUSAL });
    const [refused] = [...inspector.store.newest()];
    const answer = await again({ id: refused?.place.id });
    expect([answer.status, answer.json<{ msg: string }>().msg]).toEqual([
      400,
      'The relay answered by itself and told only method and path.',
    ]);
    expect(replays).toHaveLength(1);
  });

  test('send JSON or are not heard', async () => {
    expect((await ask('POST', '/api/requests/http', JSON_TYPE, '{')).status).toBe(400);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask('POST', '/api/requests/http', form, 'id=1')).status).toBe(403);
  });
});

describe('a live page', () => {
  /** What it knows. */
  class Page {
    readonly rows = new Map<string, string>();
    readonly socket: WebSocket;
    version = 0;
    messages = 0;

    constructor(since = 0) {
      const url = `ws://127.0.0.1:${inspector.port}/api/v1/live?since=${since}`;
      this.socket = new WebSocket(url, { headers: bearer() });
      this.socket.on('message', (bytes) => {
        const changes = JSON.parse(String(bytes)) as LiveMessage;
        this.messages++;
        if (changes.type === 'status') return;
        if (changes.isReset) this.rows.clear();
        for (const id of changes.dropped) this.rows.delete(id);
        for (const row of changes.rows) this.rows.set(row.id, `${row.target} ${row.state}`);
        this.version = changes.version;
      });
    }

    async knowsAll(): Promise<void> {
      const all = () =>
        [...inspector.store.newest()].map(({ row }) => [row.id, `${row.target} ${row.state}`]);
      await expect.poll(() => [...this.rows].sort(), { timeout: 10_000 }).toEqual(all().sort());
    }
  }

  test('hears of exchanges from their beginning, and of what becomes of them', async () => {
    const page = new Page();
    const exchange = rig.open('/a');
    await page.knowsAll();
    expect([...page.rows.values()]).toEqual(['/a pending']);
    rig.answer(exchange);
    rig.close(exchange);
    await page.knowsAll();
    inspector.store.clear();
    await page.knowsAll();
    page.socket.terminate();
  });

  test('goes on where it was', async () => {
    for (let i = 0; i < 1_200; i++) rig.exchange(`/${i}`);
    const page = new Page();
    await page.knowsAll();
    page.socket.terminate();
    rig.exchange('/later');
    const again = new Page(page.version);
    await expect.poll(() => [...again.rows.values()]).toEqual(['/later done']);
    again.socket.terminate();
  });

  test('of another run begins anew', async () => {
    rig.exchange('/');
    const page = new Page(1_000_000);
    await page.knowsAll();
    page.socket.terminate();
  });

  test('J29 that reads nothing holds up nobody and costs nothing; it reads on later', async () => {
    const page = new Page();
    await once(page.socket, 'open');
    page.socket.pause();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 100; i++) {
      for (let j = 0; j < 1_000; j++) rig.exchange(`/${i}/${j}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(page.messages).toBeLessThan(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    page.socket.resume();
    await page.knowsAll();
    page.socket.terminate();
  });

  test('one of many: past a number they are sent away', async () => {
    const pages = Array.from({ length: 32 }, () => new Page());
    await Promise.all(pages.map(({ socket }) => once(socket, 'open')));
    const [code] = await once(new Page().socket, 'close');
    expect(code).toBe(1013);
    for (const { socket } of pages) socket.terminate();
  });
});

test('J16 a port that is taken: the next one, and the link is true', async () => {
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const other = await Inspector.start({ port, version: '1' });
  try {
    expect(other.port).toBeGreaterThan(port);
    const answer = await fetch(`${other.url}api/tunnels`);
    expect(await answer.json()).toEqual({ tunnels: [], uri: '/api/tunnels' });
  } finally {
    await other.close();
    taken.close();
  }
});
