/** Builds the inspector's page to apps/inspector/dist, if it is not there or older than its sources. */
import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const page = join(root, 'apps/inspector');
const SOURCES = [
  'apps/inspector/{index.html,vite.config.ts,package.json}',
  'apps/inspector/{src,public}/**/*',
  'packages/{inspector,protocol}/src/**/*',
];

/** Throws when the build fails; what Vite says goes to stderr. */
export function buildPage(): void {
  const builtAt = changedAt(join(page, 'dist/index.html'));
  const sources = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root }));
  if (sources.every((file) => changedAt(join(root, file)) < builtAt)) return;
  const vite = join(page, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--logLevel', 'warn'];
  // A test runner has its own word here, with which React would be its slow, talkative self.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, args, { cwd: page, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the page of the inspector was not built');
}

/** 0 for what is not there. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) buildPage();
