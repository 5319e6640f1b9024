import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { LeaseSecrets } from '../src/names/lease-secret.ts';
import { ask, RelayFixture } from './relay-fixture.ts';
import type { ScriptedClient } from './scripted-client.ts';

/** Sessions end with their control socket, so that what is seen is the lease. */
const limits = { resumeGraceMs: 0 };
const leaseKey = randomBytes(32);

function start(changes: object = {}): Promise<RelayFixture> {
  return RelayFixture.start({ leaseKey, limits: { ...limits, startHoldMs: 0, ...changes } });
}

/** A name in grace, and the secret of its owner. */
async function inGrace(fixture: RelayFixture): Promise<string> {
  const owner = await fixture.client();
  const { lease } = await owner.open('one');
  owner.cut();
  await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
  return lease;
}

/** A secret of `name` that the relay gave out for a lease that is over. */
async function earlierSecret(fixture: RelayFixture, name: string): Promise<string> {
  const client = await fixture.client();
  const { lease } = await client.open(name);
  client.session.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: '' });
  await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
  return lease;
}

async function isRefused(client: ScriptedClient, lease: string, tunnel: number): Promise<void> {
  const answer = await client.ask('one', lease, tunnel);
  expect(answer).toMatchObject({ type: 'tunnel.refused', code: 'SELLIA_NAME_TAKEN' });
}

describe('I07 H34 a name in grace', () => {
  test('is refused to whoever cannot prove it; its owner gets it', async () => {
    await using fixture = await start();
    const replayed = await earlierSecret(fixture, 'one');
    const ofAnother = await earlierSecret(fixture, 'another');
    const secret = await inGrace(fixture);
    const forger = new LeaseSecrets(randomBytes(32));
    const forged = [
      '',
      replayed,
      ofAnother,
      forger.of('one', forger.start()),
      `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`,
      secret.toUpperCase(),
    ];
    const thief = await fixture.client();
    for (const [at, lease] of forged.entries()) await isRefused(thief, lease, at + 1);
    const owner = await fixture.client();
    expect((await owner.open('one', secret)).lease).toBe(secret);
    for (const [at, lease] of forged.entries()) await isRefused(thief, lease, at + 10);
    await fixture.visitor(ask('GET /'));
    await owner.stream();
    expect(thief.streams.length).toBe(0);
  });

  test('I08 is free when the time is over', async () => {
    await using fixture = await start();
    await inGrace(fixture);
    await fixture.clock.advance(59_000);
    await isRefused(await fixture.client(), '', 1);
    await fixture.clock.advance(1_000);
    await fixture.tunnel('one');
  });

  test('a request for it waits, then it is told to come again', async () => {
    await using fixture = await start();
    await inGrace(fixture);
    const visitor = await fixture.visitor(ask('GET /'));
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 1);
    const stranger = await fixture.visitor(ask('GET /').replace('one.test', 'two.test'));
    expect(await stranger.until('SELLIA_TUNNEL_NOT_FOUND')).toMatch(/^HTTP\/1.1 404 /);
    await fixture.clock.advance(10_000);
    expect(await visitor.until('CLIENT_OFFLINE')).toMatch(/^HTTP\/1.1 503 .*Retry-After: \d+\r/s);
  });

  test('M08 there is no such time for a name that its client gives back', async () => {
    await using fixture = await start();
    const first = await fixture.tunnel('one');
    first.session.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: '' });
    await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
    const second = await fixture.tunnel('one');
    second.close();
    await fixture.inbox.until(() => fixture.relay.stats().tunnels === 0);
    await fixture.tunnel('one');
  });
});

describe('after a restart', () => {
  test('clients have their names back; strangers that were faster lose them', async () => {
    const before = await start();
    const [one, two] = [await before.client(), await before.client()];
    const secrets = [(await one.open('one')).lease, (await two.open('two')).lease];
    await before[Symbol.asyncDispose]();
    await using fixture = await start();
    const stranger = await fixture.tunnel('one');
    const back = await fixture.client();
    expect((await back.open('one', secrets[0])).lease).toBe(secrets[0]);
    expect((await back.open('two', secrets[1], 2)).lease).toBe(secrets[1]);
    await stranger.inbox.until(() =>
      stranger.messages.some(({ type }) => type === 'tunnel.closed'),
    );
  });

  test('requests wait for clients that are not back yet', async () => {
    await using fixture = await start({ startHoldMs: 10_000 });
    const [early, foreign] = [await fixture.visitor(ask('GET /')), await fixture.visitor()];
    foreign.send(ask('GET /').replace('one.test', 'two.test'));
    await fixture.inbox.until(() => fixture.relay.stats().visitors === 2);
    await fixture.clock.advance(5_000);
    const client = await fixture.client();
    client.script = (stream) => stream.answer('hello');
    await client.open('one');
    await early.until('hello');
    await fixture.clock.advance(5_000);
    expect(await foreign.until('SELLIA_TUNNEL_NOT_FOUND')).toMatch(/^HTTP\/1.1 404 /);
    const late = await fixture.visitor(ask('GET /').replace('one.test', 'two.test'));
    await late.until('SELLIA_TUNNEL_NOT_FOUND');
  });

  test('no client is expected under a key that nobody has seen', async () => {
    await using fixture = await RelayFixture.start();
    const visitor = await fixture.visitor(ask('GET /'));
    await visitor.until('SELLIA_TUNNEL_NOT_FOUND');
  });
});

describe('a pool', () => {
  const keys = ['first-key', 'second-key'];

  test('shares a name between clients of one key', async () => {
    await using fixture = await RelayFixture.start({ keys });
    const clients = [
      await fixture.client({ key: 'first-key' }),
      await fixture.client({ key: 'first-key' }),
    ];
    for (const client of clients) await client.open('one', '', 1, true);
    const stranger = await fixture.client({ key: 'second-key' });
    expect(await stranger.ask('one', '', 1, true)).toMatchObject({ code: 'SELLIA_NAME_TAKEN' });
    expect(await stranger.ask('one', '', 2)).toMatchObject({ code: 'SELLIA_NAME_TAKEN' });
    for (let i = 0; i < 6; i++) {
      await fixture.visitor(ask('GET /'));
      await fixture.inbox.until(() => fixture.relay.stats().streams === i + 1);
    }
    for (const client of clients) {
      await client.inbox.until(() => client.streams.length === 3);
    }
    expect(fixture.relay.stats()).toMatchObject({ tunnels: 1, sessions: 3 });
  });

  test('the one with room takes what the other has none for', async () => {
    await using fixture = await RelayFixture.start();
    const small = await fixture.client({ maxStreams: 1 });
    const large = await fixture.client();
    for (const client of [small, large]) await client.open('one', '', 1, true);
    for (let i = 0; i < 5; i++) {
      await fixture.visitor(ask('GET /'));
      await fixture.inbox.until(() => fixture.relay.stats().streams === i + 1);
    }
    expect([small.streams.length, large.streams.length]).toEqual([1, 4]);
  });

  test('a client that leaves finishes; the others go on', async () => {
    await using fixture = await RelayFixture.start();
    const [one, two] = [await fixture.client(), await fixture.client()];
    for (const client of [one, two]) await client.open('one', '', 1, true);
    const visitors = [await fixture.visitor(ask('GET /')), await fixture.visitor(ask('GET /'))];
    const running = [await one.stream(), await two.stream()];
    one.session.goAway();
    one.session.sendControl({ type: 'tunnel.closed', tunnel: 1, reason: '' });
    for (let i = 0; i < 3; i++) await fixture.visitor(ask('GET /'));
    await two.inbox.until(() => two.streams.length === 4);
    for (const stream of running) stream.answer('hello');
    for (const visitor of visitors) await visitor.until('hello');
    expect(one.streams.length).toBe(1);
  });
});
