import type { Program } from '../rig/index.ts';
import { eventually } from '../rig/index.ts';

/** One line of JSON: of the relay's log (`msg`), or of `sellia http --json` (`event`). */
export interface ToldLine {
  /** Milliseconds since 1970, by the clock that all programs of a machine share. */
  readonly atMs: number;
  readonly msg?: string;
  readonly event?: string;
  readonly status?: string;
  readonly session?: string;
  readonly name?: string;
  readonly pid?: number;
}

/** The lines that a program writes from now on. */
export class ToldLines {
  readonly #program: Program;
  readonly #where: 'stdout' | 'stderr';
  readonly #from: number;

  private constructor(program: Program, where: 'stdout' | 'stderr', from: number) {
    this.#program = program;
    this.#where = where;
    this.#from = from;
  }

  static ofRelay(relay: Program, from: number = relay.stderr.length): ToldLines {
    return new ToldLines(relay, 'stderr', from);
  }

  /** The client must have been started with `--json`. */
  static ofClient(client: Program, from: number = client.stdout.length): ToldLines {
    return new ToldLines(client, 'stdout', from);
  }

  get all(): ToldLine[] {
    const told = this.#program[this.#where];
    const lines = told.slice(this.#from, told.lastIndexOf('\n') + 1).split('\n');
    return lines.filter((line) => line.startsWith('{')).map(toldLine);
  }

  /** The first line that `wanted` takes. Rejects when it does not come in time. */
  next(wanted: (line: ToldLine) => boolean, what: string, guardMs: number): Promise<ToldLine> {
    return eventually(
      () => this.all.find(wanted),
      () => `${what}; told ${JSON.stringify(this.all.slice(-5))}`,
      guardMs,
    );
  }
}

function toldLine(line: string): ToldLine {
  const fields = JSON.parse(line) as Omit<ToldLine, 'atMs'> & { time: string };
  return { ...fields, atMs: Date.parse(fields.time) };
}
