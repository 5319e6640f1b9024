/** How much is done. Everything is bounded in count, bytes and time. */
export interface Amounts {
  readonly isSmoke: boolean;
  /** Times that every measurement is taken at every subject, one after the other. */
  readonly rounds: number;
  /** Seconds of load before the first round, unmeasured: compilers warm up, pools fill. */
  readonly warmSeconds: number;
  /** Seconds of each measured load. */
  readonly seconds: number;
  /** Bytes of one bulk transfer. */
  readonly bulkBytes: number;
  /** One transfer after the other on each connection, at one and at eight connections. */
  readonly bulkTimesAlone: number;
  readonly bulkTimesTogether: number;
  /** Download that a visitor stalls, and milliseconds for which it does. */
  readonly stallBytes: number;
  readonly stallMs: number;
  /** Milliseconds of each micro-benchmark. */
  readonly microMs: number;
}

const MiB = 1024 * 1024;

export function fullAmounts(rounds: number): Amounts {
  return {
    isSmoke: false,
    rounds,
    warmSeconds: 1,
    seconds: 3,
    bulkBytes: 64 * MiB,
    bulkTimesAlone: 6,
    bulkTimesTogether: 2,
    stallBytes: 1024 * MiB,
    stallMs: 4_000,
    microMs: 1_000,
  };
}

/** Everything once, hardly anything of it: the benchmark still runs, its figures mean nothing. */
export const SMOKE_AMOUNTS: Amounts = {
  isSmoke: true,
  rounds: 1,
  warmSeconds: 0,
  seconds: 0.1,
  bulkBytes: MiB,
  bulkTimesAlone: 1,
  bulkTimesTogether: 1,
  stallBytes: 32 * MiB,
  stallMs: 100,
  microMs: 20,
};
