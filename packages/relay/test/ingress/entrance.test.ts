import { describe, expect, test } from 'vitest';
import { ask, RelayFixture } from '../relay-fixture.ts';
import type { ScriptedClient } from '../scripted-client.ts';

/** A relay with a tunnel whose client is away, and its lease. */
async function away(limits: object = {}): Promise<[RelayFixture, string]> {
  const fixture = await RelayFixture.start({ limits: { resumeGraceMs: 0, ...limits } });
  const client = await fixture.client();
  const { lease } = await client.open('one');
  client.cut();
  await fixture.inbox.until(() => fixture.relay.stats().sessions === 0);
  return [fixture, lease];
}

async function back(fixture: RelayFixture, lease: string): Promise<ScriptedClient> {
  const client = await fixture.client();
  client.script = (stream) => {
    if (stream.hasEnded) stream.answer('hello');
  };
  await client.open('one', lease);
  return client;
}

describe('a request whose client is away', () => {
  test('waits, and goes through when it is back', async () => {
    const [fixture, lease] = await away();
    await using _ = fixture;
    const early = await Promise.all(
      Array.from({ length: 20 }, () => fixture.visitor(ask('GET /'))),
    );
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 20);
    await fixture.clock.advance(9_000);
    const client = await back(fixture, lease);
    for (const visitor of early) expect(await visitor.until('hello')).toMatch(/^HTTP\/1.1 200 /);
    expect(client.streams.length).toBe(20);
  });

  test('so does an upgrade', async () => {
    const [fixture, lease] = await away();
    await using _ = fixture;
    const lines =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
    await fixture.visitor(ask('GET /socket', lines));
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 1);
    const client = await back(fixture, lease);
    expect((await client.stream()).target).toBe('/socket');
  });

  test('is told to come again when the time is over', async () => {
    const [fixture, lease] = await away();
    await using _ = fixture;
    const visitor = await fixture.visitor(ask('GET /'));
    const startedAt = fixture.clock.now();
    await fixture.advanceUntil(1_000, () => visitor.text.includes('SELLIA_CLIENT_OFFLINE ('));
    expect(fixture.clock.now() - startedAt).toBeGreaterThanOrEqual(10_000);
    expect(visitor.text).toMatch(/^HTTP\/1.1 503 .*Retry-After: 5\r/s);
    visitor.send(ask('GET /again'));
    await back(fixture, lease);
    await visitor.until('hello');
  });

  test('does not wait where waiting is off', async () => {
    const [fixture] = await away({ holdMs: 0 });
    await using _ = fixture;
    const visitor = await fixture.visitor(ask('GET /'));
    expect(await visitor.until('CLIENT_OFFLINE (')).toMatch(/^HTTP\/1.1 503 .*Retry-After: 5\r/s);
  });

  test('leaves its body where it is', async () => {
    const [fixture, lease] = await away();
    await using _ = fixture;
    const size = 16 * 1024 * 1024;
    const visitor = await fixture.visitor(ask('POST /', `Content-Length: ${size}\r\n`));
    visitor.socket.write(Buffer.alloc(size));
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 1);
    await fixture.clock.advance(5_000);
    expect(visitor.socket.writableLength).toBeGreaterThan(0);
    const client = await back(fixture, lease);
    const stream = await client.stream();
    await client.inbox.until(() => stream.hasEnded);
    expect(stream.body.length).toBe(size);
  });

  test('whose visitor leaves, waits no longer', async () => {
    const [fixture, lease] = await away({ heldRequests: 1 });
    await using _ = fixture;
    const gone = await fixture.visitor(ask('GET /gone'));
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 1);
    gone.socket.destroy();
    await fixture.advanceUntil(500, () => fixture.relay.stats().visitors === 0);
    const visitor = await fixture.visitor(ask('GET /'));
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 1);
    const client = await back(fixture, lease);
    await visitor.until('hello');
    expect(client.streams.map(({ target }) => target)).toEqual(['/']);
  });
});

describe('those that wait are bounded', () => {
  const bounds: [string, object, string][] = [
    ['for one name', { heldRequests: 2 }, ''],
    ['in the process', { heldInProcess: 2 }, ''],
    ['by the bytes of their heads', { heldHeadBytes: 5_000 }, `X: ${'x'.repeat(2_000)}\r\n`],
  ];
  for (const [what, limits, lines] of bounds) {
    test(what, async () => {
      const [fixture, lease] = await away(limits);
      await using _ = fixture;
      const held = [await fixture.visitor(ask('GET /', lines)), await fixture.visitor()];
      held[1]?.send(ask('GET /', lines));
      await fixture.inbox.until(() => fixture.relay.stats().visitors === 2);
      for (let i = 0; i < 3; i++) {
        const visitor = await fixture.visitor(ask('GET /', lines));
        const text = await visitor.until('SELLIA_TUNNEL_BUSY (');
        expect(text).toMatch(/^HTTP\/1.1 503 .*Retry-After: 1\r/s);
      }
      await back(fixture, lease);
      for (const visitor of held) await visitor.until('hello');
      const next = await fixture.visitor(ask('GET /', lines));
      await next.until('hello');
    });
  }
});
