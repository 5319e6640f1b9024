import { FaultRun, faultSchedule, scheduleText } from '../faults/index.ts';
import { MemoryWorld } from '../faults/memory-world.ts';
import { Random } from '../fuzz/random.ts';
import { check, type SoakRun } from './soak-run.ts';

const COUNT = 5_000;
/** Of virtual time: the faults, and what the last of them may cost. */
const FAULTS_MS = 30_000;
const REST_MS = 180_000;
const DELAY_MS = 80;

export const faultSchedules: SoakRun = {
  name: 'schedules',
  about: `resuming: ${COUNT} seeded schedules of faults on links in memory, on a virtual clock`,
  async run({ seed: first, minutes }) {
    console.log(`schedules: --seed ${first}`);
    const until = performance.now() + (minutes ?? Number.POSITIVE_INFINITY) * 60_000;
    let streams = 0;
    let count = 0;
    for (; count < COUNT && performance.now() < until; count++) {
      streams += play(first + count);
      if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return `${count} schedules, ${streams} streams`;
  },
};

/** One schedule; the number of its streams. A failure says how to see it again. */
function play(seed: number): number {
  const random = new Random(seed);
  const world = new MemoryWorld(random.below(DELAY_MS));
  const { clock } = world;
  clock.advance(500);
  const schedule = faultSchedule(seed, {
    durationMs: FAULTS_MS,
    faults: ['cut', 'black-hole', 'refuse'],
    count: 1 + random.below(20),
    outageMs: 1 + random.below(12_000),
  });
  const run = new FaultRun(world, schedule, clock);
  const streams = 1 + random.below(8);
  for (let i = 0; i < streams; i++) {
    const load = { upload: random.below(150_000), download: random.below(300_000) };
    clock.after(random.below(FAULTS_MS), function tryAgain() {
      if (!world.open(load)) clock.after(100, tryAgain);
    });
  }
  clock.advance(FAULTS_MS + REST_MS);
  run.stop();
  const problems = world.problems();
  check(world.talkers.length === 2 * streams, `--seed ${seed}: not all streams were opened`);
  check(problems.length === 0, `--seed ${seed}: ${problems}; ${scheduleText(seed, schedule)}`);
  return streams;
}
