import { systemClock } from '@sellia/session';
import { FaultRun, faultSchedule, scheduleText } from '../faults/index.ts';
import { type MixedExchange, visitMixed } from '../faults/mixed-visitors.ts';
import { Random } from '../fuzz/random.ts';
import { COLLECTING, type ProcessRig, startProcessRig } from '../rig/index.ts';
import { openFiles } from '../rig/open-files.ts';
import { MiB } from '../servers/bulk.ts';
import { MixedServer } from '../servers/mixed.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { check, type SoakRun } from './soak-run.ts';

const MINUTES = 30;
/** Behind each round all is quiet, and what is left is counted. */
const ROUND_MS = 30_000;
const ROUNDS_MIN = 6;
/** Visitors at once. */
const LANES = 24;
/** One fault in so many milliseconds, for at most so long; cuts more often than others. */
const FAULT_EVERY_MS = 3_000;
const OUTAGE_MS = 2_500;
const FAULTS = ['cut', 'cut', 'cut', 'black-hole', 'refuse', 'delay', 'throttle', 'slice'] as const;
/** Of what is held once all garbage is gone; the pool of send buffers alone may take 4 MiB. */
const GROWTH_MAX = 8 * MiB;
/** Descriptors that a busy program may keep, more than it had: idle connections to the upstream. */
const FILES_MORE = 8;
/** What a last exchange may take once nothing is wrong any more. */
const REST_MS = 60_000;
const KINDS = ['download', 'upload', 'events', 'websocket', 'late'] as const;

/** What both programs hold while nobody asks for anything. */
interface Holding {
  readonly bytes: readonly number[];
  readonly files: readonly number[];
}

export const mixedFaults: SoakRun = {
  name: 'faults',
  about: `resuming: ${MINUTES} min of mixed exchanges under random faults (--minutes, --seed)`,
  async run({ seed, minutes = MINUTES }) {
    console.log(`faults: --seed ${seed}`);
    const server = await MixedServer.start();
    const rig = await startProcessRig({
      upstream: { url: server.url },
      hasFaultyLink: true,
      // Several faults in a row may keep a client away for longer than visitors usually wait.
      relayArguments: ['--hold', '1m'],
      environment: COLLECTING,
    });
    try {
      const rounds = Math.max(ROUNDS_MIN, Math.round((minutes * 60_000) / ROUND_MS));
      const roundMs = (minutes * 60_000) / rounds;
      const holdings: Holding[] = [];
      let visits = 0;
      for (let round = 0; round < rounds; round++) {
        visits += await playRound(rig, server, seed + round, roundMs);
        holdings.push(await held(rig));
      }
      const growth = judge(holdings);
      check(rig.link.counts.accepted > 1, 'no fault has cost the client its control socket');
      await expectNothingLeft(rig);
      return `${visits} exchanges, ${rig.link.counts.accepted} control sockets; ${growth}`;
    } finally {
      await rig.close();
      await server.close();
    }
  },
};

/** The number of exchanges, all of them right. */
async function playRound(
  rig: ProcessRig,
  server: MixedServer,
  seed: number,
  durationMs: number,
): Promise<number> {
  const schedule = faultSchedule(seed, {
    durationMs,
    count: Math.max(1, Math.round(durationMs / FAULT_EVERY_MS)),
    outageMs: OUTAGE_MS,
    faults: FAULTS,
  });
  const run = new FaultRun(rig.link, schedule, systemClock);
  const random = new Random(seed);
  const until = performance.now() + durationMs;
  let id = 0;
  const lane = async () => {
    while (performance.now() < until) await visitMixed(rig, drawn(random, id++));
  };
  server.asked.clear();
  try {
    const lanes = Promise.all(Array.from({ length: LANES }, lane));
    await Promise.all([run.done, within(lanes, durationMs + REST_MS)]);
  } catch (error) {
    run.stop();
    throw new Error(`${(error as Error).message}; ${scheduleText(seed, schedule)}`);
  }
  const twice = [...server.asked].filter(([, count]) => count !== 1);
  check(twice.length === 0, `--seed ${seed}: asked more than once: ${twice}`);
  return id;
}

function drawn(random: Random, id: number): MixedExchange {
  const steps = 5 + random.below(25);
  return { kind: random.pick(KINDS), id, steps, pauseMs: 20 + random.below(150) };
}

function within(work: Promise<unknown>, ms: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new Error('an exchange does not come to its end'));
    const timer = setTimeout(tooLate, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function held(rig: ProcessRig): Promise<Holding> {
  rig.assertHealthy();
  // Idle connections to the upstream live for four seconds.
  await new Promise((resolve) => setTimeout(resolve, 4_500));
  return {
    bytes: [await rig.relay.holds(), await rig.client.holds()],
    files: rig.pids.map(openFiles),
  };
}

/** The last third against the second: what grows in the first are heaps and compiled code. */
function judge(holdings: readonly Holding[]): string {
  const third = Math.floor(holdings.length / 3);
  const figures = ['relay', 'client'].map((who, i) => {
    const [before, after] = [holdings.slice(third, 2 * third), holdings.slice(2 * third)].map(
      (part) => ({
        bytes: median(part.map(({ bytes }) => bytes[i] ?? 0)),
        files: Math.min(...part.map(({ files }) => files[i] ?? 0)),
      }),
    ) as [{ bytes: number; files: number }, { bytes: number; files: number }];
    const grown = after.bytes - before.bytes;
    check(grown <= GROWTH_MAX, `the memory of the ${who} grew by ${grown} bytes`);
    check(
      after.files <= before.files + FILES_MORE,
      `the ${who} had ${before.files} files open, then ${after.files}`,
    );
    return `${who} ${(grown / MiB).toFixed(1)} MiB more, ${after.files} files`;
  });
  return figures.join(', ');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
