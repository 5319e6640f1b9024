import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { table } from './table.ts';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

const LINES = 25;
const WAITING = new Set(['(idle)', '(root)']);

/** The functions in which each profiled process spent its busy time itself. */
export function profileText(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((name) => summary(join(folder, name))).join('\n\n');
}

function summary(file: string): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const spent = selfTimes(profile);
  const busy = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, LINES)
    .map(([name, time]) => [name, `${((100 * time) / busy).toFixed(1)} %`]);
  return table([`${basename(file)}, ${(busy / 1e6).toFixed(1)} s busy`, 'self'], rows);
}

/** Microseconds by function, waiting left out. */
export function selfTimes({
  nodes,
  samples = [],
  timeDeltas = [],
}: CpuProfile): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    if (WAITING.has(name)) continue;
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[i] ?? 0));
  }
  return spent;
}

function nameOf({
  functionName,
  url,
  lineNumber,
}: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}
