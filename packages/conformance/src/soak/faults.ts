import { systemClock } from '@sellia/session';
import { FaultRun, faultSchedule, scheduleText } from '../faults/index.ts';
import { type MixedExchange, visitMixed } from '../faults/mixed-visitors.ts';
import { Random } from '../fuzz/random.ts';
import { COLLECTING, type ProcessRig, startProcessRig } from '../rig/index.ts';
import { openFiles } from '../rig/open-files.ts';
import { residentBytes } from '../rig/resident.ts';
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
/** Of what is held and of what is resident; the pool of send buffers alone may take 4 MiB. */
const GROWTH_MAX = 8 * MiB;
/** Descriptors that a busy program may keep, more than it had: idle connections to the upstream. */
const FILES_MORE = 8;
/** What a last exchange may take once nothing is wrong any more. */
const REST_MS = 60_000;
const KINDS = ['download', 'upload', 'events', 'websocket', 'late'] as const;

/** What both programs hold while nobody asks for anything. */
interface Holding {
  /** What is reachable once all garbage is gone. */
  readonly bytes: readonly number[];
  /** What the system counts for the process; 0 where it does not tell. */
  readonly resident: readonly number[];
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
        console.log(`${round + 1} of ${rounds}: ${told(holdings.at(-1) as Holding)}`);
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
    resident: rig.pids.map((pid) => residentBytes(pid) ?? 0),
    files: rig.pids.map(openFiles),
  };
}

function told({ bytes, resident, files }: Holding): string {
  const inMiB = (values: readonly number[]) =>
    values.map((value) => (value / MiB).toFixed(1)).join(' and ');
  return `held ${inMiB(bytes)} MiB, resident ${inMiB(resident)} MiB, ${files.join(' and ')} files`;
}

/** The last third against the second: what grows in the first are heaps and compiled code. */
function judge(holdings: readonly Holding[]): string {
  const third = Math.floor(holdings.length / 3);
  const before = holdings.slice(third, 2 * third);
  const after = holdings.slice(2 * third);
  return ['relay', 'client'].map((who, i) => judgeProgram(who, i, before, after)).join(', ');
}

type Holdings = readonly Holding[];

function judgeProgram(who: string, i: number, before: Holdings, after: Holdings): string {
  const [held, resident] = (['bytes', 'resident'] as const).map((what) => {
    const level = (part: Holdings) => median(part.map((holding) => holding[what][i] ?? 0));
    const grown = level(after) - level(before);
    check(grown <= GROWTH_MAX, `${what} of the ${who} grew by ${grown} bytes`);
    return `${(grown / MiB).toFixed(1)} of ${(level(after) / MiB).toFixed(1)} MiB`;
  });
  const fewest = (part: Holdings) => Math.min(...part.map(({ files }) => files[i] ?? 0));
  const [files, filesBefore] = [fewest(after), fewest(before)];
  check(
    files <= filesBefore + FILES_MORE,
    `the ${who} had ${filesBefore} files open, then ${files}`,
  );
  return `${who}: held grew ${held}, resident ${resident}, ${files} files`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
