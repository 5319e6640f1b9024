import { type ConnectOptions, connect, type Tunnel, type TunnelStatus } from '@sellia/client';
import { createRelay, type Relay, type RelayOptions } from '@sellia/relay';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { eventually } from '../src/rig/watch.ts';

/** A relay that takes no clients for the moment is waited for; one that is not there is not. */

const relays: Relay[] = [];
const tunnels: Tunnel[] = [];
let clock: SteppedClock;

beforeEach(() => {
  clock = new SteppedClock();
});

afterEach(async () => {
  for (const tunnel of tunnels.splice(0)) await tunnel.close({ drainMs: 0 });
  for (const relay of relays.splice(0)) await relay.close({ drainMs: 0 });
});

async function relayWith(options: Partial<RelayOptions> = {}): Promise<Relay> {
  const at = { host: '127.0.0.1', port: 0, domain: 'test' };
  const relay = await createRelay({ ...at, clock, ...options });
  relays.push(relay);
  return relay;
}

async function dial(server: string, options: Partial<ConnectOptions> = {}): Promise<Tunnel> {
  const tunnel = await connect({ server, upstream: '1', clock, ...options });
  tunnels.push(tunnel);
  return tunnel;
}

test('more clients at once than the relay takes: all are public in the end', async () => {
  const relay = await relayWith({ limits: { attachesPerSecond: 2, attachBurst: 1 } });
  const server = `http://127.0.0.1:${relay.port}`;
  const refused: TunnelStatus[] = [];
  const onStatus = (status: TunnelStatus) => {
    if ('attempt' in status) refused.push(status);
  };
  const all = Promise.all(Array.from({ length: 5 }, () => dial(server, { onStatus })));
  await eventually(
    () => refused.length === 4,
    () => `four refusals; ${refused.length}`,
  );
  expect(relay.stats().tunnels).toBe(1);
  expect(refused[0]).toMatchObject({ state: 'connecting', error: { code: 'SELLIA_RELAY_BUSY' } });
  await clock.advance(30_000);
  expect(new Set((await all).map(({ url }) => url)).size).toBe(5);
  expect(relay.stats().tunnels).toBe(5);
});

test('a relay that leaves as a client greets it: the client is public at its successor', async () => {
  const leaving: Promise<void>[] = [];
  const first = await relayWith({
    onEvent: (event) => {
      if (event.type === 'session.opened') leaving.push(first.close({ drainMs: 0 }));
    },
  });
  const { port } = first;
  const refused: TunnelStatus[] = [];
  const tunnel = dial(`http://127.0.0.1:${port}`, {
    onStatus: (status) => refused.push(status),
  });
  await eventually(
    () => refused.length === 1,
    () => `one refusal; ${refused.length}`,
  );
  await Promise.all(leaving);
  expect(refused[0]).toMatchObject({ attempt: 2, error: { code: 'SELLIA_GOING_AWAY' } });
  await relayWith({ port });
  await clock.advance(1_000);
  expect((await tunnel).status.state).toBe('public');
});

test('a relay that is not there is a failure at once', async () => {
  const relay = await relayWith();
  await relay.close({ drainMs: 0 });
  const refused: TunnelStatus[] = [];
  const onStatus = (status: TunnelStatus) => refused.push(status);
  await expect(dial(`http://127.0.0.1:${relay.port}`, { onStatus })).rejects.toMatchObject({
    code: 'SELLIA_RELAY_UNREACHABLE',
  });
  expect(refused).toMatchObject([{ state: 'closed' }]);
});
