import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Inspector } from '../../src/server/inspector.ts';
import { FeedRig } from '../capture/feed-rig.ts';
import { shownTunnel } from './shown-tunnel.ts';

const MiB = 1024 * 1024;
const DECODED_MAX = 4 * MiB;

let rig: FeedRig;
let inspector: Inspector;
beforeEach(async () => {
  rig = new FeedRig();
  inspector = await Inspector.start({ port: 0, version: '1.2.3' });
  inspector.show(shownTunnel(rig));
});
afterEach(() => inspector.close());

function ask(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${inspector.token}` };
  return fetch(`${inspector.url}api/v1${path}`, { headers });
}

const newest = () => [...inspector.store.newest()][0]?.id as string;

function answered(body: Uint8Array, headers: string[], status = 200): string {
  const exchange = rig.open('/', ['Host', 'one.test']);
  rig.answer(exchange, status, headers);
  for (let at = 0; at < body.length; at += 64 * 1024) {
    rig.body(exchange, 'response', body.subarray(at, at + 64 * 1024));
  }
  rig.close(exchange);
  return newest();
}

async function decoded(id: string) {
  const answer = await ask(`/exchanges/${id}/response/body?decoded=true`);
  return {
    state: answer.headers.get('x-sellia-body'),
    note: decodeURIComponent(answer.headers.get('x-sellia-note') ?? ''),
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}

/** 10 MiB that inflate to 10 GiB: members of a gzip follow one another. */
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(16 * MiB));
  return Buffer.concat(Array.from({ length: 640 }, () => member)).subarray(0, 10 * MiB);
}

describe('bodies that are made to hurt', () => {
  const BOMBS: Readonly<Record<string, () => [Uint8Array, string]>> = {
    gzip: () => [bomb(), 'gzip'],
    deflate: () => [deflateSync(Buffer.alloc(512 * MiB)), 'deflate'],
    'deflate without its head': () => [deflateRawSync(Buffer.alloc(512 * MiB)), 'deflate'],
    'gzip in gzip': () => [gzipSync(bomb()), 'gzip, gzip'],
  };

  test.each(Object.keys(BOMBS))(
    'J15 E25 a bomb in %s: its beginning, in little memory',
    async (name) => {
      const [body, encoding] = (BOMBS[name] as () => [Uint8Array, string])();
      const id = answered(body, ['Content-Encoding', encoding, 'Content-Type', 'text/plain']);
      const before = process.memoryUsage().rss;
      const { state, note, bytes } = await decoded(id);
      expect(['too-large', 'truncated-input']).toContain(state);
      expect(note).not.toBe('');
      expect(bytes.length).toBeLessThanOrEqual(DECODED_MAX);
      expect(bytes.every((byte) => byte === 0)).toBe(true);
      expect((await ask(`/exchanges?filter=${encodeURIComponent('body:needle')}`)).status).toBe(
        200,
      );
      expect((await ask('/export.har')).status).toBe(200);
      expect(process.memoryUsage().rss - before).toBeLessThan(128 * MiB);
    },
  );

  test('what breaks off, is damaged, or was never encoded: as far as it goes', async () => {
    const packed = gzipSync('hello '.repeat(10_000));
    const cut = await decoded(answered(packed.subarray(0, 60), ['Content-Encoding', 'gzip']));
    expect([cut.state, cut.bytes.subarray(0, 6).toString()]).toEqual(['truncated-input', 'hello ']);
    const plain = await decoded(answered(Buffer.from('plain'), ['Content-Encoding', 'gzip']));
    expect([plain.state, plain.bytes.toString()]).toEqual(['wrong-encoding', 'plain']);
    const unknown = await decoded(answered(Buffer.from('x'), ['Content-Encoding', 'rot13']));
    expect([unknown.state, unknown.bytes.toString()]).toEqual(['unsupported', 'x']);
    for (const { note } of [cut, plain, unknown]) expect(note).not.toBe('');
  });

  test('what is no UTF-8 comes byte for byte, and is found and exported', async () => {
    const body = Buffer.concat([Buffer.from('a needle '), Buffer.of(0xff, 0xc0, 0x80, 0xed, 0xa0)]);
    const id = answered(body, ['Content-Type', 'application/json; charset=utf-8']);
    const raw = await ask(`/exchanges/${id}/response/body`);
    expect(Buffer.from(await raw.arrayBuffer()).equals(body)).toBe(true);
    const found = await ask(`/exchanges?filter=${encodeURIComponent('body:needle')}`);
    expect(await found.json()).toMatchObject({ exchanges: [{ id }] });
    const { log } = (await (await ask('/export.har')).json()) as {
      log: { entries: { response: { content: { text: string; encoding: string } } }[] };
    };
    const { text = '', encoding } = log.entries[0]?.response.content ?? {};
    expect([encoding, Buffer.from(text, 'base64').equals(body)]).toEqual(['base64', true]);
  });
});

describe('texts that are made to run', () => {
  const ATTACKS = [
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    'javascript:alert(1)',
    '<svg onload=alert(1)>',
    '\u00e2\u0080\u00a8alert(1)',
  ];

  test.each(ATTACKS)('J11 %j comes as JSON that nothing takes for a page', async (attack) => {
    const exchange = rig.open(`/${attack}`, ['Host', 'one.test', 'X-Attack', attack]);
    rig.body(exchange, 'request', Buffer.from(attack));
    rig.tell(exchange, {
      type: 'responseHead',
      status: 200,
      reason: attack,
      headers: ['X', attack],
    });
    rig.body(exchange, 'response', Buffer.from(attack));
    rig.close(exchange);
    for (const path of ['/exchanges', `/exchanges/${newest()}`, '/export.har']) {
      const answer = await ask(path);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
      expect(JSON.stringify(await answer.json())).toContain(JSON.stringify(attack).slice(1, -1));
    }
    const wanted = { row: { target: `/${attack}`, reason: attack } };
    expect(await (await ask(`/exchanges/${newest()}`)).json()).toMatchObject(wanted);
  });
});

describe('secrets', () => {
  test('J13 of headers, cookies and the URL are in no export unless asked for', async () => {
    const exchange = rig.open('/cb?access_token=TOP1&x=1', [
      ...['Host', 'one.test', 'Authorization', 'Bearer TOP2', 'Cookie', 'sid=TOP3; lang=TOP4'],
    ]);
    rig.answer(exchange, 200, ['Set-Cookie', 'sid=TOP5; HttpOnly', 'Location', '/?token=TOP6']);
    rig.close(exchange);
    const har = await (await ask('/export.har')).text();
    expect(har).not.toContain('TOP');
    expect(har).toContain('Bearer ***');
    const whole = await (await ask('/export.har?secrets=true')).text();
    for (let i = 1; i <= 6; i++) expect(whole).toContain(`TOP${i}`);
  });
});

test('rows with 100,000 lines of headers in all: listed, found, told and bounded', async () => {
  const lines = Array.from({ length: 500 }, (_, i) => [`X-${i}`, `value ${i}`]).flat();
  for (let i = 0; i < 200; i++) {
    const exchange = rig.open(`/${i}`, ['Host', 'one.test', ...lines]);
    rig.answer(exchange, 200, [...lines]);
    rig.close(exchange);
  }
  expect(inspector.store.held).toBeLessThanOrEqual(inspector.store.maxBytes);
  const listed = await ask('/exchanges?limit=1000');
  expect(((await listed.json()) as { exchanges: [] }).exchanges).toHaveLength(200);
  const found = await ask(`/exchanges?filter=${encodeURIComponent('reqheader:x-499="value 499"')}`);
  expect(((await found.json()) as { exchanges: [] }).exchanges).toHaveLength(100);
  const one = (await (await ask(`/exchanges/${newest()}`)).json()) as {
    request: { headers: string[] };
  };
  expect(one.request.headers).toHaveLength(2 + lines.length);
});
