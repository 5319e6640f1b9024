import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { table } from './table.ts';

/** What `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas?: readonly number[];
}

/** Microseconds in a function itself, and in it with all that it called. */
export interface Spent {
  self: number;
  total: number;
}

const LINES = 20;
/** Microseconds at the beginning that are not looked at: modules are read and compiled. */
const START = 1_500_000;
const WAITING = new Set(['(idle)', '(root)']);
const OWN = /^\S+ (?:\S+\/)?(?:src|packages|apps)\/\S+\.ts:\d+$/;

/** Where each profiled process spent its busy time: by function itself, then with its callees. */
export function profileText(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((name) => summary(join(folder, name))).join('\n\n');
}

function summary(file: string): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const spent = [...spentBy(profile, START)];
  const busy = spent.reduce((sum, [, { self }]) => sum + self, 0);
  const rows = (list: [string, Spent][]) =>
    list
      .slice(0, LINES)
      .map(([name, { self, total }]) => [name, percent(self / busy), percent(total / busy)]);
  const bySelf = spent.toSorted(([, a], [, b]) => b.self - a.self);
  const byTotal = spent
    .filter(([name]) => OWN.test(name))
    .sort(([, a], [, b]) => b.total - a.total);
  const title = `${basename(file)}: ${(busy / 1e6).toFixed(1)} s busy`;
  return [
    table([title, 'self', 'total'], rows(bySelf)),
    table(["Sellia's own, by total", 'self', 'total'], rows(byTotal)),
  ].join('\n\n');
}

/** By function, waiting and the first `skip` microseconds left out. */
export function spentBy(profile: CpuProfile, skip = 0): Map<string, Spent> {
  const stacks = stacksOf(profile);
  const spent = new Map<string, Spent>();
  let at = 0;
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const time = profile.timeDeltas?.[i] ?? 0;
    at += time;
    const stack = stacks.get(id) ?? [];
    const [top] = stack;
    if (at < skip || top === undefined || WAITING.has(top)) continue;
    for (const name of new Set(stack)) entry(spent, name).total += time;
    entry(spent, top).self += time;
  }
  return spent;
}

function entry(spent: Map<string, Spent>, name: string): Spent {
  const known = spent.get(name) ?? { self: 0, total: 0 };
  spent.set(name, known);
  return known;
}

/** Names of functions from the top of the stack down, by node. */
function stacksOf({ nodes }: CpuProfile): Map<number, string[]> {
  const callers = new Map<number, number>();
  for (const { id, children } of nodes) {
    for (const child of children ?? []) callers.set(child, id);
  }
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  return new Map(
    nodes.map(({ id }) => {
      const stack: string[] = [];
      for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
        stack.push(names.get(at) ?? '');
      }
      return [id, stack];
    }),
  );
}

function nameOf({
  functionName,
  url,
  lineNumber,
}: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
