export interface SoakOptions {
  /** What a run draws its chances from. */
  readonly seed: number;
  /** In place of the run's own time, where it has one. */
  readonly minutes: number | undefined;
}

/** One minutes-long run of a case that `pnpm test` runs scaled down. */
export interface SoakRun {
  readonly name: string;
  /** Ids of the cases and what is done. */
  readonly about: string;
  /** Mostly waits: all such runs go on at the same time. */
  readonly isQuiet?: boolean;
  /** Returns a line of figures; throws when the case fails. */
  run(options: SoakOptions): Promise<string>;
}

export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}
