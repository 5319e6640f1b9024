/**
 * Compiles every published package and app to its dist/, from nothing; or only the folders named
 * as arguments and what they stand on.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildPage } from './build-page.ts';

const published = globSync('{packages,apps}/*/package.json')
  .filter((file) => JSON.parse(readFileSync(file, 'utf8')).private !== true)
  .map((file) => dirname(file));

for (const folder of published) rmSync(join(folder, 'dist'), { recursive: true, force: true });

const asked = process.argv.slice(2);
const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
const args = [tsc, '--build', ...(asked.length > 0 ? asked : published)];
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

// The program that people install brings the inspector's page along.
if (asked.length === 0 || asked.includes('apps/sellia')) {
  buildPage();
  cpSync('apps/inspector/dist', 'apps/sellia/dist/page', { recursive: true });
}
