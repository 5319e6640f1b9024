import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What proves leases, across restarts. */
export interface LeaseKey {
  readonly bytes: Buffer;
  /** Made just now: no client can have a name under it. */
  readonly isNew: boolean;
  /** Other users of this machine can read it. */
  readonly isExposed: boolean;
}

const FILE = 'lease-key';
const KEY_BYTES = 32;
/** A file larger than this is not ours. */
const FILE_MAX = 1_024;

/** The key in `folder`, made when there is none. Throws when it can be neither read nor made. */
export function leaseKeyIn(folder: string): LeaseKey {
  const path = join(folder, FILE);
  const isNew = !exists(path);
  if (isNew) makeKey(folder, path);
  return { bytes: readKey(path), isNew, isExposed: isExposed(path) };
}

/** For the life of this process. */
export function passingLeaseKey(): LeaseKey {
  return { bytes: randomBytes(KEY_BYTES), isNew: false, isExposed: false };
}

/**
 * Writes a whole file beside it and links it into place: two relays that start at once end with the
 * key of whichever was first, and nobody ever reads half of one.
 */
function makeKey(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const text = `${randomBytes(KEY_BYTES).toString('base64url')}\n`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readKey(path: string): Buffer {
  if (statSync(path).size > FILE_MAX) throw new Error(`${path} is not a key`);
  const text = readFileSync(path, 'latin1').trimEnd();
  const key = Buffer.from(text, 'base64url');
  if (key.length === KEY_BYTES && key.toString('base64url') === text) return key;
  throw new Error(`${path} is not a key; without the file the next start makes one`);
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Windows answers with the modes of another system. */
function isExposed(path: string): boolean {
  return process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
}
