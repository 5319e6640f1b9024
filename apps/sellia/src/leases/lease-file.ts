import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Holder } from './holder.ts';

/** A name that a relay gave to this machine. */
export interface LeaseEntry {
  readonly server: string;
  /** What a random name was given for; empty for a name that was asked for. */
  readonly upstream: string;
  readonly name: string;
  /** Proves that the name was ours. */
  readonly lease: string;
  /** Uses it, while it runs. */
  readonly holder: Holder;
}

/** Past it the entries that were used longest ago are forgotten. */
const ENTRIES_MAX = 256;
/** A file larger than this is not ours: an entry takes a few hundred bytes. */
const BYTES_MAX = 1024 * 1024;
/** A change takes a millisecond; whoever still waits after this goes on without. */
const LOCK_WAIT_MS = 1_000;
const LOCK_LOOK_MS = 20;
/** A lock this old was left by a process that was killed. */
const LOCK_STALE_MS = 5_000;
const VERSION = 1;

/** The file of leases, shared by all programs of the user. Oldest entry first. */
export class LeaseFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Nobody else reads or writes meanwhile. Rejects when the file cannot be read or written. */
  async change(change: (entries: LeaseEntry[]) => LeaseEntry[]): Promise<void> {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const lock = `${this.path}.lock`;
    await takeLock(lock);
    try {
      this.#write(change(this.#read()).slice(-ENTRIES_MAX));
    } finally {
      rmSync(lock, { force: true });
    }
  }

  #read(): LeaseEntry[] {
    let text: string;
    try {
      if (statSync(this.path).size > BYTES_MAX) throw new Error('it is too large');
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return entriesOf(JSON.parse(text));
  }

  /** Another file in its place, so that a reader finds the old or the new one and never a part. */
  #write(entries: readonly LeaseEntry[]): void {
    const next = `${this.path}.${process.pid}`;
    const text = `${JSON.stringify({ version: VERSION, leases: entries }, null, 2)}\n`;
    try {
      rmSync(next, { force: true });
      writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
      renameSync(next, this.path);
    } catch (error) {
      rmSync(next, { force: true });
      throw error;
    }
  }
}

/** By making a file that must not be there. Two that remove the same stale one may both go on. */
async function takeLock(path: string): Promise<void> {
  const until = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      closeSync(openSync(path, 'wx', 0o600));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isStale(path)) rmSync(path, { force: true });
    else if (performance.now() > until) throw new Error(`${path} is held by another program`);
    else await setTimeout(LOCK_LOOK_MS);
  }
}

function isStale(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > LOCK_STALE_MS;
  } catch {
    return false;
  }
}

function entriesOf(file: unknown): LeaseEntry[] {
  const { version, leases } = fieldsOf(file);
  if (version !== VERSION || !Array.isArray(leases)) throw new Error('it is no file of leases');
  return leases.map(entryOf);
}

function entryOf(value: unknown): LeaseEntry {
  const fields = fieldsOf(value);
  const holder = fieldsOf(fields.holder);
  const text = (field: unknown): string => {
    if (typeof field !== 'string') throw new Error('an entry lacks a field');
    return field;
  };
  if (!Number.isSafeInteger(holder.pid)) throw new Error('an entry lacks its holder');
  return {
    server: text(fields.server),
    upstream: text(fields.upstream),
    name: text(fields.name),
    lease: text(fields.lease),
    holder: { pid: holder.pid as number, start: text(holder.start) },
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error('it is no file of leases');
  return value as Record<string, unknown>;
}
