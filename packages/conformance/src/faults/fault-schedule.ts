import { Random } from '../fuzz/random.ts';
import { type Fault, type FaultKind, faultText } from './fault.ts';

export interface TimedFault {
  readonly atMs: number;
  readonly fault: Fault;
}

export type FaultSchedule = readonly TimedFault[];

export interface ScheduleOptions {
  /** From the start to the last heal. */
  readonly durationMs: number;
  /** Which faults may happen; `heal` follows by itself. Default: all that a session can outlive. */
  readonly faults?: readonly Exclude<FaultKind, 'heal'>[];
  /** How many. Default: one a second. */
  readonly count?: number;
  /** The longest that one lasts before it heals. Default: as long as its share of the time. */
  readonly outageMs?: number;
}

/** A half-close is left out: after it there is nothing that heals. */
const OUTLIVED: readonly FaultKind[] = [
  'cut',
  'black-hole',
  'refuse',
  'delay',
  'throttle',
  'slice',
];

const WAYS = ['both', 'up', 'down'] as const;
const SIDES = ['both', 'near', 'far'] as const;

/** Bytes and milliseconds of a drawn fault stay below these. */
const DELAY_MS = 300;
const SLICE_BYTES = 1_000;
const SLICE_GAP_MS = 3;
const SLOWEST = 16 * 1024;
const FASTEST = 1024 * 1024;

/**
 * Faults drawn from a seed, in order of time, each healed before the next one begins; the last
 * entry is a heal. The same arguments give the same schedule, for ever and everywhere.
 */
export function faultSchedule(seed: number, options: ScheduleOptions): FaultSchedule {
  const random = new Random(seed);
  const { durationMs, faults = OUTLIVED } = options;
  const count = options.count ?? Math.max(1, Math.round(durationMs / 1_000));
  const share = durationMs / count;
  return Array.from({ length: count }, (_, i) => {
    const startMs = i * share + drawn(random, share / 2);
    const longest = Math.min(options.outageMs ?? share, (i + 1) * share - startMs);
    const healMs = startMs + 1 + drawn(random, longest - 1);
    return [
      { atMs: startMs, fault: drawnFault(random, random.pick(faults)) },
      { atMs: healMs, fault: { kind: 'heal' } as const },
    ];
  }).flat();
}

/** One line for a failing test: the seed, then each fault with its time. */
export function scheduleText(seed: number, schedule: FaultSchedule): string {
  const faults = schedule.map(({ atMs, fault }) => `${Math.round(atMs)} ms ${faultText(fault)}`);
  return `seed ${seed}: ${faults.join(', ')}`;
}

function drawnFault(random: Random, kind: FaultKind): Fault {
  switch (kind) {
    case 'cut':
      return { kind, how: random.pick(['fin', 'rst']), side: random.pick(SIDES) };
    case 'black-hole':
      return { kind, where: random.pick(WAYS) };
    case 'delay':
      return { kind, ms: 1 + random.below(DELAY_MS) };
    case 'throttle':
      return { kind, bytesPerSecond: SLOWEST + random.below(FASTEST - SLOWEST) };
    case 'slice':
      return { kind, bytes: 1 + random.below(SLICE_BYTES), gapMs: random.below(SLICE_GAP_MS) };
    case 'half-close':
      return { kind, direction: random.pick(['up', 'down']) };
    default:
      return { kind };
  }
}

/** Whole milliseconds below `below`. */
function drawn(random: Random, below: number): number {
  return random.below(Math.max(1, Math.floor(below)));
}
