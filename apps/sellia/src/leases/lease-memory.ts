import { isAnother, thisProcess } from './holder.ts';
import { type LeaseEntry, LeaseFile } from './lease-file.ts';

/** What a tunnel is asked for. */
export interface Wanted {
  readonly server: string;
  /** Empty for a random name: then the same upstream gets the same one again. */
  readonly name: string;
  readonly upstream: string;
}

export interface RememberedLease {
  readonly name: string;
  readonly lease: string;
}

/**
 * The names that this machine has had, so that a program that starts again, even after it was
 * killed, has its name back at once. A name that a running program uses is left to it. When the file
 * cannot be read or written, `warn` is told once and nothing is remembered any more.
 */
export class LeaseMemory {
  readonly #file: LeaseFile;
  readonly #wanted: Wanted;
  readonly #warn: (text: string) => void;
  #isBroken = false;
  /** Changes one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(path: string, wanted: Wanted, warn: (text: string) => void) {
    this.#file = new LeaseFile(path);
    this.#wanted = wanted;
    this.#warn = warn;
  }

  /** The lease used last that fits and that nobody uses, from here on held by this process. */
  async recall(): Promise<RememberedLease | undefined> {
    let found: LeaseEntry | undefined;
    await this.#change((entries) => {
      found = entries.findLast((entry) => this.#fits(entry) && !isAnother(entry.holder));
      if (found === undefined) return entries;
      return [...without(entries, found), { ...found, holder: thisProcess() }];
    });
    return found;
  }

  async remember({ name, lease }: RememberedLease): Promise<void> {
    const { server, name: wanted } = this.#wanted;
    const upstream = wanted === '' ? this.#wanted.upstream : '';
    const entry = { server, upstream, name, lease, holder: thisProcess() };
    await this.#change((entries) => [...without(entries, entry), entry]);
  }

  /** The relay would not give it. */
  async forget(name: string): Promise<void> {
    const { server } = this.#wanted;
    await this.#change((entries) => without(entries, { server, name }));
  }

  #fits(entry: LeaseEntry): boolean {
    const { server, name, upstream } = this.#wanted;
    if (entry.server !== server) return false;
    return name === '' ? entry.upstream === upstream : entry.name === name.toLowerCase();
  }

  #change(change: (entries: LeaseEntry[]) => LeaseEntry[]): Promise<void> {
    this.#last = this.#last.then(() => this.#changeNow(change));
    return this.#last;
  }

  async #changeNow(change: (entries: LeaseEntry[]) => LeaseEntry[]): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#file.change(change);
    } catch (error) {
      this.#isBroken = true;
      const { path } = this.#file;
      this.#warn(`names are not remembered: ${path}: ${(error as Error).message}`);
    }
  }
}

function without(entries: LeaseEntry[], { server, name }: Pick<LeaseEntry, 'server' | 'name'>) {
  return entries.filter((entry) => entry.server !== server || entry.name !== name);
}
