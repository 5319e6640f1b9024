import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Holder, isAnother, thisProcess } from '../leases/holder.ts';

/** An inspector that a program of this user runs. */
export interface RunningInspector {
  readonly holder: Holder;
  /** Of its page, without the token. */
  readonly url: string;
  readonly token: string;
  readonly tunnels: readonly { readonly name: string; readonly url: string }[];
  /** Unix time in milliseconds. */
  readonly startedAt: number;
}

/** Inspectors that are looked for: more programs of one user are not seen. */
const ENTRIES_MAX = 64;
/** An entry takes a few hundred bytes: larger ones are not ours. */
const BYTES_MAX = 64 * 1024;
const FILE = /^\d+\.json$/;

/**
 * A folder with a file for each inspector of this user, named by its process. The tokens in it are
 * for the user alone, as the files are.
 */
export class InspectorRegistry {
  readonly #folder: string;

  /** `folder`: where the program keeps its state. */
  constructor(folder: string) {
    this.#folder = join(folder, 'inspectors');
  }

  /** Puts this process in, or changes what stands there of it. Throws when it cannot be written. */
  enter(facts: Omit<RunningInspector, 'holder'>): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = this.#pathOf(process.pid);
    const next = `${path}.next`;
    const entry: RunningInspector = { holder: thisProcess(), ...facts };
    rmSync(next, { force: true });
    writeFileSync(next, `${JSON.stringify(entry)}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  }

  leave(): void {
    rmSync(this.#pathOf(process.pid), { force: true });
  }

  /** Those of other processes that run, the oldest first; files of ended ones are removed. */
  others(): RunningInspector[] {
    const found = this.#files().flatMap((name) => this.#read(name) ?? []);
    return found.sort((a, b) => a.startedAt - b.startedAt);
  }

  /** It does not answer as what it says it is. */
  forget({ holder }: RunningInspector): void {
    rmSync(this.#pathOf(holder.pid), { force: true });
  }

  #files(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => FILE.test(name))
        .slice(0, ENTRIES_MAX);
    } catch {
      return [];
    }
  }

  #read(name: string): RunningInspector | undefined {
    if (Number.parseInt(name, 10) === process.pid) return undefined;
    const path = join(this.#folder, name);
    try {
      if (statSync(path).size > BYTES_MAX) throw new Error('it is too large');
      const entry = entryOf(JSON.parse(readFileSync(path, 'utf8')));
      if (isAnother(entry.holder)) return entry;
    } catch {
      // Not ours, or just gone.
    }
    rmSync(path, { force: true });
    return undefined;
  }

  #pathOf(pid: number): string {
    return join(this.#folder, `${pid}.json`);
  }
}

/** Throws when it is none. */
function entryOf(value: unknown): RunningInspector {
  const entry = value as RunningInspector;
  const { holder, url, token, tunnels, startedAt } = entry;
  const texts = [url, token, holder.start, ...tunnels.flatMap(({ name, url: at }) => [name, at])];
  const isRight = texts.every((text) => typeof text === 'string') && URL.canParse(url);
  if (isRight && Number.isSafeInteger(holder.pid) && Number.isFinite(startedAt)) return entry;
  throw new Error('it is no entry');
}
