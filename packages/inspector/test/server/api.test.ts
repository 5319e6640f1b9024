import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Inspector } from '../../src/server/inspector.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

let rig: FeedRig;
let inspector: Inspector;
beforeEach(async () => {
  rig = new FeedRig();
  inspector = await Inspector.start({ port: 0, version: '1.2.3' });
  inspector.show(shownTunnel(rig));
});
afterEach(() => inspector.close());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${inspector.token}`, ...init.headers };
  return fetch(`http://127.0.0.1:${inspector.port}/api/v1${path}`, { ...init, headers });
}

function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return ask(path, { method, headers, body: JSON.stringify(body) });
}

interface Listing {
  exchanges: { id: string; target: string }[];
  next?: number;
  version: number;
  problems: { message: string }[];
}

async function list(query = ''): Promise<Listing> {
  return (await ask(`/exchanges${query}`)).json() as Promise<Listing>;
}

const targets = async (query?: string) => (await list(query)).exchanges.map(({ target }) => target);
const newest = async () => (await list()).exchanges[0]?.id as string;
const filter = (text: string) => `?filter=${encodeURIComponent(text)}`;

describe('exchanges', () => {
  test('are listed, the newest first, page by page', async () => {
    for (let i = 0; i < 250; i++) rig.exchange(`/${i}`);
    const pages: string[][] = [];
    let query = '';
    for (;;) {
      const { exchanges, next } = await list(query);
      pages.push(exchanges.map(({ target }) => target));
      if (next === undefined) break;
      query = `?before=${next}`;
    }
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(pages.flat()).toEqual(Array.from({ length: 250 }, (_, i) => `/${249 - i}`));
    expect(await targets('?limit=2')).toEqual(['/249', '/248']);
    const {
      exchanges: [last],
    } = await list();
    const order = (last as unknown as { order: number }).order;
    expect(await targets(`?after=${order - 2}&before=${order}`)).toEqual(['/248']);
  });

  test('are found by what is in their row, headers and bodies, compressed ones too', async () => {
    rig.exchange('/plain');
    const exchange = rig.open('/packed', ['Host', 'one.test', 'X-Colour', 'green']);
    rig.answer(exchange, 500, ['Content-Encoding', 'gzip', 'Content-Type', 'text/plain']);
    rig.body(exchange, 'response', gzipSync('a needle in hay'));
    rig.close(exchange);
    expect(await targets(filter('path:/pl'))).toEqual(['/plain']);
    expect(await targets(filter('status:>=500'))).toEqual(['/packed']);
    expect(await targets(filter('header:x-colour=green'))).toEqual(['/packed']);
    expect(await targets(filter('body:needle'))).toEqual(['/packed']);
    expect(await targets(filter('-body:needle'))).toEqual(['/plain']);
    const { problems, exchanges } = await list(filter('nonsense:x'));
    expect(problems).toHaveLength(1);
    expect(exchanges).toHaveLength(2);
  });

  test('tell all but their bodies', async () => {
    const exchange = rig.open('/a', ['Host', 'one.test', 'x-a', '1', 'X-A', '2']);
    rig.body(exchange, 'request', 7);
    rig.answer(exchange, 200, ['Content-Type', 'text/plain']);
    rig.tell(exchange, { type: 'trailers', direction: 'response', headers: ['X-T', 'y'] });
    rig.close(exchange);
    const response = await ask(`/exchanges/${await newest()}`);
    expect(await response.json()).toMatchObject({
      row: { target: '/a', state: 'done' },
      request: {
        headers: ['Host', 'one.test', 'x-a', '1', 'X-A', '2'],
        body: { bytes: 7, keptBytes: 7, encoding: '', type: '' },
      },
      response: { headers: ['Content-Type', 'text/plain'], trailers: ['X-T', 'y'] },
      tlsVersion: 'TLSv1.3',
      requestId: 'r1',
    });
    expect((await ask('/exchanges/none')).status).toBe(404);
  });

  test('are pinned and noted', async () => {
    rig.exchange('/kept');
    const id = await newest();
    const marked = await send('PATCH', `/exchanges/${id}`, { isPinned: true, note: 'look' });
    expect(await marked.json()).toMatchObject({ row: { isPinned: true }, note: 'look' });
    rig.exchange('/other');
    expect(await (await ask('/exchanges', { method: 'DELETE' })).json()).toEqual({ dropped: 1 });
    expect(await targets()).toEqual(['/kept']);
    expect((await send('PATCH', '/exchanges/none', {})).status).toBe(404);
    expect((await send('PATCH', `/exchanges/${id}`, { isPinned: 'x' })).status).toBe(400);
  });

  test('are tagged, and found by it', async () => {
    rig.exchange('/kept');
    rig.exchange('/other');
    const [, { id } = { id: '' }] = (await list()).exchanges;
    const tag = (tags: unknown) => send('PATCH', `/exchanges/${id}`, { tags });
    const marked = await tag(['Stripe', ' two words ', 'stripe']);
    expect(await marked.json()).toMatchObject({ row: { tags: ['Stripe', 'two words'] } });
    expect(await targets(filter('tag:stripe'))).toEqual(['/kept']);
    expect(await targets(filter('-is:tagged'))).toEqual(['/other']);
    for (const [wrong, why] of [
      [['x'.repeat(25)], 'A tag has 1 to 24 characters, no control characters.'],
      [[' '], 'A tag has 1 to 24 characters, no control characters.'],
      [['a\u0007b'], 'A tag has 1 to 24 characters, no control characters.'],
      [Array.from('abcdefghi'), 'An exchange has at most 8 tags.'],
      ['stripe', 'expected array'],
      [[1], 'expected string'],
    ] as const) {
      const answer = await tag(wrong);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { message: string }).message).toContain(why);
    }
    expect((await list(filter('is:tagged'))).exchanges[0]).toMatchObject({
      tags: ['Stripe', 'two words'],
    });
    await tag([]);
    expect(await targets(filter('is:tagged'))).toEqual([]);
  });

  test('are sent again, edited', async () => {
    const first = rig.open('/a');
    rig.answer(first);
    rig.close(first);
    const id = await newest();
    const edit = { method: 'POST', target: '/b', headers: ['X', 'y'], bodyBase64: 'aGk=' };
    const answer = await send('POST', `/exchanges/${id}/replay`, edit);
    expect(answer.status).toBe(201);
    const { id: again } = (await answer.json()) as { id: string };
    const detail = await (await ask(`/exchanges/${again}`)).json();
    expect(detail).toMatchObject({
      row: { method: 'POST', target: '/b', replayOf: id },
      request: { headers: ['X', 'y', 'Sellia-Replay', id] },
    });
    const original = (await (await ask(`/exchanges/${id}`)).json()) as { replays: string[] };
    expect(original.replays).toEqual([again]);
    expect((await send('POST', '/exchanges/none/replay', {})).status).toBe(404);
    expect((await send('POST', `/exchanges/${id}/replay`, { bodyBase64: '!' })).status).toBe(400);
  });

  test('that were not kept whole are not sent again, unless with another body', async () => {
    const exchange = rig.open('/large');
    for (let i = 0; i < 3; i++) rig.body(exchange, 'request', 1024 * 1024);
    rig.close(exchange);
    const id = await newest();
    const refused = await send('POST', `/exchanges/${id}/replay`, {});
    expect([refused.status, await refused.json()]).toEqual([
      409,
      {
        error: 'not_replayable',
        message: 'Of 3,145,728 bytes of the body only 1,048,576 were kept.',
      },
    ]);
    expect((await send('POST', `/exchanges/${id}/replay`, { bodyBase64: '' })).status).toBe(201);
  });
});

describe('WebSockets', () => {
  const open = () => {
    const lines = ['Host', 'one.test', 'Upgrade', 'websocket', 'Sec-WebSocket-Version', '13'];
    const exchange = rig.open('/ws', lines, 'upgrade');
    rig.answer(exchange, 101);
    rig.tell(exchange, { type: 'upgraded' });
    return exchange;
  };
  const hi = Buffer.of(0x81, 2, 0x68, 0x69);

  test('tell their figures', async () => {
    rig.now = Date.now();
    const exchange = open();
    const id = await newest();
    rig.body(exchange, 'response', hi);
    rig.body(exchange, 'response', Buffer.of(0x88, 2, 0x03, 0xe9));
    const socket = await (await ask(`/exchanges/${id}/socket`)).json();
    expect(socket).toMatchObject({
      state: 'closing',
      handshake: { version: '13', key: 'missing' },
      down: { messages: 1, bytes: 2, texts: 1, largestBytes: 2 },
      close: { code: 1001, side: 'upstream' },
      broken: '',
      waiting: { up: 7, down: 0 },
    });
    expect(socket).not.toHaveProperty('recording');
    rig.exchange('/');
    for (const one of ['none', await newest()]) {
      expect((await ask(`/exchanges/${one}/socket`)).status).toBe(404);
      expect((await ask(`/exchanges/${one}/messages`)).status).toBe(404);
    }
  });

  test('tell their messages once they are recorded', async () => {
    const exchange = open();
    const path = `/exchanges/${await newest()}`;
    rig.body(exchange, 'response', hi);
    expect(await (await ask(`${path}/messages`)).json()).toEqual({ messages: [] });
    const recorded = await send('PATCH', `${path}/socket`, { level: 'full' });
    expect(await recorded.json()).toMatchObject({ recording: { level: 'full', isOn: true } });
    rig.body(exchange, 'response', hi);
    rig.body(exchange, 'request', Buffer.of(0x82, 0x81, 0, 0, 0, 0, 255));
    const read = async (query = '') =>
      ((await (await ask(`${path}/messages${query}`)).json()) as { messages: unknown[] }).messages;
    expect(await read()).toMatchObject([
      { number: 1, direction: 'response', opcode: 1, text: 'hi' },
      { number: 2, direction: 'request', opcode: 2, base64: '/w==' },
    ]);
    expect(await read('?after=1')).toMatchObject([{ number: 2 }]);
    expect((await send('PATCH', `${path}/socket`, { level: 'x' })).status).toBe(400);
    rig.close(exchange);
    expect((await send('PATCH', `${path}/socket`, { level: 'full' })).status).toBe(409);
    expect(await read()).toHaveLength(2);
  });

  test('take a message of our own, or say why not', async () => {
    open();
    const path = `/exchanges/${await newest()}/messages`;
    for (const message of [
      { to: 'upstream' },
      { to: 'upstream', text: '', base64: '' },
      { to: 'everybody', text: '' },
      { to: 'visitor', base64: '=' },
      { to: 'visitor', text: 'x'.repeat(65_536) },
      { text: '' },
    ]) {
      expect((await send('POST', path, message)).status).toBe(400);
    }
    const refused = await send('POST', path, { to: 'upstream', text: '' });
    const why = { error: 'not_sent', message: 'nothing is open' };
    expect([refused.status, await refused.json()]).toEqual([409, why]);
    expect((await send('POST', '/exchanges/no/messages', { to: 'visitor', text: '' })).status).toBe(
      404,
    );
  });
});

describe('a HAR file', () => {
  interface Har {
    log: { version: string; creator: object; entries: { request: { url: string } }[] };
  }
  const read = async (query = '') => (await (await ask(`/export.har${query}`)).json()) as Har;

  test('has what matches, the oldest first, bodies decoded, without secrets', async () => {
    rig.exchange('/skipped');
    for (const path of ['/a?token=hunter2', '/b']) {
      const exchange = rig.open(path, ['Host', 'one.test', 'Authorization', 'Bearer hunter2']);
      rig.answer(exchange, 404, ['Content-Encoding', 'gzip', 'Content-Type', 'text/plain']);
      rig.body(exchange, 'response', gzipSync('not here'));
      rig.close(exchange);
    }
    const { log } = await read('?filter=status:404');
    expect(log).toMatchObject({ version: '1.2', creator: { name: 'Sellia', version: '1.2.3' } });
    expect(log.entries.map(({ request }) => new URL(request.url).pathname)).toEqual(['/a', '/b']);
    expect(log.entries[0]).toMatchObject({ response: { content: { text: 'not here' } } });
    expect(JSON.stringify(log)).not.toContain('hunter2');
    expect(JSON.stringify(await read('?secrets=true'))).toContain('hunter2');
  });

  test('may be empty', async () => {
    expect((await read()).log.entries).toEqual([]);
  });
});

describe('bodies', () => {
  test('J12 are saved, never shown or run', async () => {
    const exchange = rig.open('/page');
    rig.answer(exchange, 200, ['Content-Type', 'text/html']);
    rig.body(exchange, 'response', Buffer.from('<script>alert(1)</script>'));
    rig.close(exchange);
    const response = await ask(`/exchanges/${await newest()}/response/body`);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; /);
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox;/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe('<script>alert(1)</script>');
  });

  test('come as they travelled, or decoded; what is wrong with them is told', async () => {
    const packed = gzipSync('hello '.repeat(1_000));
    const exchange = rig.open('/packed');
    rig.answer(exchange, 200, ['Content-Encoding', 'gzip']);
    rig.body(exchange, 'response', packed.subarray(0, packed.length - 10));
    rig.close(exchange);
    const path = `/exchanges/${await newest()}/response/body`;
    const raw = Buffer.from(await (await ask(path)).arrayBuffer());
    expect(raw.equals(packed.subarray(0, packed.length - 10))).toBe(true);
    const decoded = await ask(`${path}?decoded=true`);
    expect(decoded.headers.get('x-sellia-body')).toBe('truncated-input');
    expect(await decoded.text()).toMatch(/^hello hello /);
    expect((await ask(path.replace('response', 'nothing'))).status).toBe(400);
    expect((await ask('/exchanges/none/request/body')).status).toBe(404);
  });
});

test('status tells of tunnels and of what is kept; taking can be stopped', async () => {
  rig.exchange('/');
  expect(await (await ask('/status')).json()).toMatchObject({
    version: '1.2.3',
    capture: { exchanges: 1, maxBytes: 64 * 1024 * 1024, droppedCount: 0, isPaused: false },
    tunnels: [{ name: 'one', url: 'https://one.example.com', state: 'public', attempt: 0 }],
  });
  await send('PATCH', '/status', { isPaused: true });
  rig.exchange('/unseen');
  expect(await targets()).toEqual(['/']);
});

test('the API describes itself', async () => {
  const document = (await (await ask('/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string }>>;
  };
  expect(document.openapi).toMatch(/^3\./);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => [`${method} ${path}`, summary]),
  );
  expect(described.map(([name]) => name).sort()).toEqual([
    'delete /api/v1/exchanges',
    'get /api/v1/configuration',
    'get /api/v1/exchanges',
    'get /api/v1/exchanges/{id}',
    'get /api/v1/exchanges/{id}/events',
    'get /api/v1/exchanges/{id}/messages',
    'get /api/v1/exchanges/{id}/socket',
    'get /api/v1/exchanges/{id}/{side}/body',
    'get /api/v1/export.har',
    'get /api/v1/joined',
    'get /api/v1/neighbours',
    'get /api/v1/settings',
    'get /api/v1/status',
    'patch /api/v1/exchanges/{id}',
    'patch /api/v1/exchanges/{id}/socket',
    'patch /api/v1/settings',
    'patch /api/v1/status',
    'post /api/v1/exchanges/{id}/messages',
    'post /api/v1/exchanges/{id}/replay',
  ]);
  expect(described.every(([, summary]) => summary !== undefined && summary.length > 10)).toBe(true);
});

test('without the token nothing of it is told', async () => {
  rig.exchange('/');
  const id = await newest();
  for (const path of [
    '/exchanges',
    `/exchanges/${id}`,
    `/exchanges/${id}/request/body`,
    '/status',
  ]) {
    const response = await fetch(`http://127.0.0.1:${inspector.port}/api/v1${path}`);
    expect([response.status, await response.json()]).toEqual([403, { error: 'token_required' }]);
  }
});

test('a search through bodies holds up nobody', async () => {
  const text = Buffer.from('x'.repeat(64 * 1024));
  for (let i = 0; i < 400; i++) {
    const exchange = rig.open(`/${i}`);
    rig.body(exchange, 'request', text);
    rig.close(exchange);
  }
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const response = await ask(`/exchanges${filter('body:/x+y/')}`);
  clearInterval(counting);
  expect(((await response.json()) as Listing).exchanges).toEqual([]);
  expect(turns).toBeGreaterThan(3);
});

test('settings of the program are told as they were given', async () => {
  const configuration = [{ name: 'Relay', value: 'https://r.test', source: '--server' }];
  const other = await Inspector.start({ port: 0, version: '1', configuration });
  const headers = { authorization: `Bearer ${other.token}` };
  const url = `http://127.0.0.1:${other.port}/api/v1/configuration`;
  expect(await (await fetch(url, { headers })).json()).toEqual({ configuration });
  expect((await fetch(url)).status).toBe(403);
  await other.close();
});

describe('neighbours', () => {
  test('are told to whoever shows the token', async () => {
    const neighbours = [
      { url: 'http://localhost:4041/?token=x', tunnels: [{ name: 'a', url: 'https://a.test' }] },
    ];
    const other = await Inspector.start({ port: 0, version: '1', neighbours: () => neighbours });
    const url = `http://127.0.0.1:${other.port}/api/v1/neighbours`;
    const headers = { authorization: `Bearer ${other.token}` };
    expect(await (await fetch(url, { headers })).json()).toEqual({ neighbours });
    expect((await fetch(url)).status).toBe(403);
    await other.close();
  });

  test('there are none unless the program knows some', async () => {
    expect(await (await ask('/neighbours')).json()).toEqual({ neighbours: [] });
  });
});
