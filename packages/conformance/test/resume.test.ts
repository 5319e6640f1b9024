import { setTimeout as passed } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type MixedExchange, visitMixed } from '../src/faults/mixed-visitors.ts';
import { Random } from '../src/fuzz/random.ts';
import { eventually, type InProcessRig, startRig } from '../src/rig/index.ts';
import { MixedServer } from '../src/servers/mixed.ts';

const KINDS = ['download', 'upload', 'events', 'websocket', 'late'] as const;

let rig: InProcessRig | undefined;
let server: MixedServer | undefined;

afterEach(async () => {
  await rig?.close();
  await server?.close();
});

async function mixedRig(): Promise<InProcessRig> {
  server = await MixedServer.start();
  rig = await startRig({
    upstream: { url: server.url },
    hasFaultyLink: true,
    // Fifty cuts in half a minute are no storm here, and no reason to hold back.
    connectOptions: { limits: { stableMs: 0, reconnectBaseMs: 100 } },
  });
  return rig;
}

function mixedExchanges(random: Random, count: number): MixedExchange[] {
  return Array.from({ length: count }, (_, id) => ({
    kind: KINDS[id % KINDS.length] as MixedExchange['kind'],
    id,
    steps: 20 + random.below(60),
    pauseMs: 50 + random.below(200),
  }));
}

/** Cuts the link, in any of its ways, whenever it has been up for a moment. */
async function cutOften({ tunnel, link }: InProcessRig, random: Random, times: number) {
  for (let cut = 0; cut < times; cut++) {
    await eventually(
      () => tunnel.status.state === 'public',
      () => `the tunnel is ${tunnel.status.state}`,
    );
    await passed(random.below(400));
    link.cut(random.pick(['fin', 'rst']));
    await eventually(
      () => tunnel.status.state === 'reconnecting',
      () => `the tunnel is ${tunnel.status.state}`,
    );
  }
}

/** Visits all at once; what went wrong, by exchange. */
async function visitAll(at: InProcessRig, exchanges: readonly MixedExchange[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(exchanges.map((each) => visitMixed(at, each)));
  return outcomes.flatMap((outcome, i) =>
    outcome.status === 'fulfilled' ? [] : [`${exchanges[i]?.kind} ${i}: ${outcome.reason}`],
  );
}

describe('exchanges outlive the link', () => {
  test('200 mixed exchanges, the link cut 50 times at random: every byte right, no error', async () => {
    const { link } = await mixedRig();
    const seed = Number(process.env.SELLIA_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const random = new Random(seed);
    const exchanges = mixedExchanges(random, 200);
    const [failures] = await Promise.all([
      visitAll(rig as InProcessRig, exchanges),
      cutOften(rig as InProcessRig, random, 50),
    ]);
    expect(failures, `SELLIA_SEED=${seed}`).toEqual([]);
    expect(link.counts.accepted).toBeGreaterThan(50);
    const asked = [...(server as MixedServer).asked.values()];
    expect(asked).toEqual(exchanges.map(() => 1));
    await rig?.settled();
  }, 90_000);
});

describe('what the two ends tell', () => {
  test('the client is away and back, the relay says so, and no request is lost meanwhile', async () => {
    const { tunnel, events, link, relay } = await mixedRig();
    const states: string[] = [];
    tunnel.on('status', ({ state }) => states.push(state));
    link.refuse();
    link.cut('rst');
    await eventually(
      () => states.includes('reconnecting'),
      () => states.join(),
    );
    const held = visitMixed(rig as InProcessRig, { kind: 'late', id: 1, steps: 1, pauseMs: 1 });
    await link.heal();
    await held;
    expect(tunnel.status.state).toBe('public');
    expect(relay.stats().sessions).toBe(1);
    const types = events.map((event) => (event as { type: string }).type);
    expect(types.filter((type) => type.startsWith('session.'))).toEqual([
      'session.opened',
      'session.away',
      'session.back',
    ]);
  });
});
