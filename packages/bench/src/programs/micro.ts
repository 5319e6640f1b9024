/** The codec and the mux without sockets; prints MicroResults. */
import type { MicroResult } from '../micro.ts';
import { codecBenches } from './micro-codec.ts';
import { muxBenches } from './micro-mux.ts';
import { readSettings } from './settings.ts';

/** Does its thing once; returns how many units that was. */
export interface MicroBench {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  run(): number;
}

const { milliseconds } = readSettings<{ milliseconds: number }>();

/** A third of the time unmeasured, for the compiler. */
function measure({ name, title, unit, run }: MicroBench): MicroResult {
  runFor(run, milliseconds / 3);
  const { units, seconds } = runFor(run, milliseconds);
  return { name, title, unit, value: units / seconds };
}

function runFor(run: () => number, limit: number): { units: number; seconds: number } {
  const begin = performance.now();
  let units = 0;
  while (performance.now() - begin < limit) units += run();
  return { units, seconds: (performance.now() - begin) / 1_000 };
}

console.log(JSON.stringify([...codecBenches(), ...muxBenches()].map(measure)));
