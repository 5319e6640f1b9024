import { describe, expect, test } from 'vitest';
import { ask, RelayFixture } from './relay-fixture.ts';

/** Moves the clock until the relay is gone. */
async function gone(fixture: RelayFixture, closed: Promise<void>): Promise<void> {
  let isGone = false;
  const watched = closed.then(() => {
    isGone = true;
  });
  await fixture.advanceUntil(50, () => isGone);
  await watched;
}

const health = 'GET /health HTTP/1.1\r\nHost: test\r\n\r\n';

describe('M02 connections of a relay that leaves', () => {
  test('one that is busy is told that its answer is the last', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    const stream = await client.stream();
    const closed = fixture.relay.close();
    await fixture.advanceUntil(50, () => client.isLeaving);
    stream.answer('hello');
    expect(await visitor.until('hello')).toContain('Connection: close\r\n');
    expect(await visitor.closed()).toBe('fin');
    await gone(fixture, closed);
  });

  test('one whose answer had begun is ended behind it', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    const stream = await client.stream();
    stream.head(200, ['Content-Length', '5']);
    await visitor.until('200');
    const closed = fixture.relay.close();
    await fixture.advanceUntil(50, () => client.isLeaving);
    stream.write('hello');
    stream.stream.end();
    await visitor.until('hello');
    await fixture.advanceUntil(50, () => visitor.ended === 'fin');
    await gone(fixture, closed);
  });

  test('one that is idle ends without a reset; what was on its way over it is answered', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer(stream.target);
    const [used, unused] = [await fixture.visitor(ask('GET /first')), await fixture.visitor()];
    await used.until('/first');
    const closed = fixture.relay.close();
    used.send(ask('GET /second'));
    expect(await used.until('/second')).toContain('Connection: close\r\n');
    unused.send(ask('GET /third'));
    await unused.until('/third');
    expect([await used.closed(), await unused.closed()]).toEqual(['fin', 'fin']);
    await gone(fixture, closed);
  });

  test('one whose answer had begun may bring a request behind it, where a successor is there', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /first'));
    const first = await client.stream();
    first.head(200, ['Content-Length', '5']);
    await visitor.until('200');
    const closed = fixture.relay.close({ moveMs: 2_000 });
    await fixture.clock.advance(50);
    expect(client.isLeaving).toBe(false);
    client.script = (stream) => stream.answer(stream.target);
    first.write('hello');
    first.stream.end();
    await visitor.until('hello');
    await fixture.clock.advance(50);
    visitor.send(ask('GET /second'));
    expect(await visitor.until('/second')).toContain('Connection: close\r\n');
    await gone(fixture, closed);
  });
});

describe('a relay that leaves', () => {
  test('says so first, and goes on for as long as it was told', async () => {
    await using fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    client.script = (stream) => stream.answer('hello');
    const closed = fixture.relay.close({ drainDelayMs: 5_000 });
    const probe = await fixture.visitor(health);
    expect(await probe.until('draining')).toMatch(/^HTTP\/1.1 503 /);
    const visitor = await fixture.visitor(ask('GET /'));
    expect(await visitor.until('hello')).not.toContain('Connection: close');
    await (await fixture.client()).open('two');
    expect(fixture.clock.now()).toBe(0);
    await fixture.clock.advance(4_900);
    expect([client.isLeaving, client.closedBy]).toEqual([false, undefined]);
    await gone(fixture, closed);
    await client.inbox.until(() => client.closedBy === 'SELLIA_GOING_AWAY');
  });

  test('lets clients move before they are cut off, where they have somewhere to go', async () => {
    const fixture = await RelayFixture.start();
    const [quick, slow] = [await fixture.tunnel('one'), await fixture.tunnel('two')];
    const closed = fixture.relay.close({ moveMs: 2_000 });
    const startedAt = fixture.clock.now();
    await fixture.advanceUntil(50, () => quick.isLeaving && slow.isLeaving);
    quick.close();
    await gone(fixture, closed);
    expect(fixture.clock.now() - startedAt).toBeGreaterThanOrEqual(2_000);
    await slow.inbox.until(() => slow.closedBy === 'SELLIA_GOING_AWAY');
  });

  test('has nobody wait for clients that cannot come', async () => {
    await using fixture = await RelayFixture.start({ limits: { resumeGraceMs: 0 } });
    const client = await fixture.tunnel();
    client.cut();
    await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
    const held = await fixture.visitor(ask('GET /'));
    const probe = await fixture.visitor(health);
    await probe.until('"ok"');
    const closed = fixture.relay.close();
    await fixture.advanceUntil(50, () => held.text.includes('SELLIA_GOING_AWAY ('));
    expect(held.text).toMatch(/^HTTP\/1.1 503 .*Retry-After: 5\r/s);
    await gone(fixture, closed);
  });

  test('M05 with nothing under way is gone at once', async () => {
    const fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    await fixture.relay.close();
    await client.inbox.until(() => client.closedBy === 'SELLIA_GOING_AWAY');
    expect(fixture.clock.pending).toBe(0);
  });

  test('gives exchanges no longer than it was told', async () => {
    const fixture = await RelayFixture.start();
    const client = await fixture.tunnel();
    const visitor = await fixture.visitor(ask('GET /'));
    await client.stream();
    const closed = fixture.relay.close({ drainMs: 3_000 });
    const startedAt = fixture.clock.now();
    await fixture.advanceUntil(100, () => client.closedBy !== undefined);
    const took = fixture.clock.now() - startedAt;
    expect([took >= 3_000, took <= 3_200]).toEqual([true, true]);
    await closed;
    await visitor.closed();
  });
});
