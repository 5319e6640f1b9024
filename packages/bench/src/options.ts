import { parseArgs } from 'node:util';

export interface Options {
  readonly isSmoke: boolean;
  /** Names (or beginnings of names) of measurements, subjects, or `micro`; empty: everything. */
  readonly only: readonly string[];
  readonly rounds: number;
  readonly json: string | undefined;
  readonly svg: string | undefined;
  readonly profile: string | undefined;
}

export const USAGE = `pnpm bench [options]

  --smoke         everything once, hardly anything of it: shows that the benchmark still runs
  --only NAME     this measurement, subject, or "micro" alone; a beginning of the name is enough;
                  may be given several times
  --rounds N      measured rounds, 1 to 20 (default 3)
  --json FILE     where the figures go (default packages/bench/results/bench.json)
  --svg FILE      where the picture goes (default packages/bench/results/bench.svg)
  --profile DIR   CPU profiles of Sellia's relay and client go there, a summary to the terminal
  --help          this
`;

/** Flags; undefined when help was asked for. Throws a one-line reason on a wrong one. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
      svg: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) {
    throw new Error(`--rounds takes a whole number from 1 to 20, not "${values.rounds}"`);
  }
  const { smoke: isSmoke, only, json, svg, profile } = values;
  return { isSmoke, only, rounds, json, svg, profile };
}
