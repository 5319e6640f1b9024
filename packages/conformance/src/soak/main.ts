import { parseArgs } from 'node:util';
import { abortedUploads } from './aborts.ts';
import { bulkTransfers, oneByteWrites, webSocketBulk } from './bulk.ts';
import { oneByteChunks } from './chunks.ts';
import { mixedFaults } from './faults.ts';
import { frameFloods } from './floods.ts';
import { mutants } from './fuzz.ts';
import { halfOpen } from './half-open.ts';
import { openAndCancel } from './open-and-cancel.ts';
import { eventStream, idleWebSocket, slowTransfers } from './quiet.ts';
import { rollingRestart } from './rolling-restart.ts';
import { faultSchedules } from './schedules.ts';
import { slowCrowd } from './slow-crowd.ts';
import type { SoakOptions, SoakRun } from './soak-run.ts';
import { stalledCrowd } from './stalled-crowd.ts';
import { stalledVisitor } from './stalls.ts';
import { reconnectStorm } from './storm.ts';
import { takeover } from './takeover.ts';
import { wake } from './wake.ts';

/**
 * Minutes-long versions of cases that `pnpm test` runs scaled down, with the two programs as
 * processes. `pnpm soak` runs all (about two hours), `pnpm soak NAME...` some, `pnpm soak --list`
 * says which there are. `--seed N` and `--minutes N` are for runs that draw and for those that last.
 * The exit code is the number of failures.
 */
const RUNS: readonly SoakRun[] = [
  eventStream,
  slowTransfers,
  idleWebSocket,
  bulkTransfers,
  webSocketBulk,
  oneByteWrites,
  stalledVisitor,
  stalledCrowd,
  abortedUploads,
  openAndCancel,
  slowCrowd,
  frameFloods,
  oneByteChunks,
  mutants,
  reconnectStorm,
  takeover,
  halfOpen,
  wake,
  rollingRestart,
  mixedFaults,
  faultSchedules,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
  },
});
if (values.list === true) {
  for (const { name, about } of RUNS) console.log(`${name.padEnd(18)}${about}`);
} else {
  process.exitCode = await runAll(choose(positionals), {
    seed: Number(values.seed ?? Date.now() % 0x3fffffff),
    minutes: values.minutes === undefined ? undefined : Number(values.minutes),
  });
}

function choose(names: readonly string[]): readonly SoakRun[] {
  const unknown = names.filter((name) => !RUNS.some((run) => run.name === name));
  if (unknown.length > 0) throw new Error(`no such run: ${unknown.join(', ')}; see --list`);
  return names.length === 0 ? RUNS : RUNS.filter((run) => names.includes(run.name));
}

/** Quiet runs at the same time, the others one by one behind them, so that figures mean something. */
async function runAll(runs: readonly SoakRun[], options: SoakOptions): Promise<number> {
  const quiet = runs.filter((run) => run.isQuiet);
  const results = await Promise.all(quiet.map((run) => runOne(run, options)));
  for (const run of runs.filter((other) => !other.isQuiet)) {
    results.push(await runOne(run, options));
  }
  const failures = results.filter((isGood) => !isGood).length;
  console.log(`${results.length - failures} passed, ${failures} failed`);
  return failures;
}

async function runOne(run: SoakRun, options: SoakOptions): Promise<boolean> {
  const startedAt = performance.now();
  const took = () => `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`;
  try {
    const figures = await run.run(options);
    console.log(`ok    ${run.name} (${took()}): ${figures}`);
    return true;
  } catch (error) {
    console.log(`FAIL  ${run.name} (${took()}): ${(error as Error).message}`);
    return false;
  }
}
