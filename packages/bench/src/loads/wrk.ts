import { Child } from '../child.ts';
import type { Target } from '../subjects/subject.ts';
import { findTool } from '../tool.ts';
import type { RequestFigures } from './requests.ts';

const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Loads with wrk for whole seconds on one thread; undefined when there is no wrk. */
export async function loadWithWrk(
  target: Target,
  connections: number,
  seconds: number,
): Promise<RequestFigures | undefined> {
  const wrk = findTool('wrk');
  if (wrk === undefined) return undefined;
  const url = `http://127.0.0.1:${target.port}/`;
  const host = ['-H', `Host: ${target.hostHeader}`];
  const duration = `${Math.max(1, Math.round(seconds))}s`;
  const child = new Child('wrk', wrk, [
    '-t1',
    `-c${connections}`,
    `-d${duration}`,
    '--latency',
    ...host,
    url,
  ]);
  const timer = setTimeout(() => child.kill(), 1_000 * (seconds + 15));
  await child.exited;
  clearTimeout(timer);
  return parseWrk(child.output);
}

/** Figures from the text that `wrk --latency` prints. Throws when they are not in it. */
export function parseWrk(text: string): RequestFigures {
  const total = text.match(/(\d+) requests in ([\d.]+)(us|ms|s|m|h),/);
  if (total === null) throw new Error(`wrk printed no total: ${text.slice(0, 200)}`);
  const requests = Number(total[1]);
  const seconds = (Number(total[2]) * (UNITS[total[3] ?? ''] ?? Number.NaN)) / 1_000;
  return {
    requests,
    requestsPerSecond: requests / seconds,
    p50: latency(text, '50%'),
    p99: latency(text, '99%'),
    failures: failures(text),
  };
}

function latency(text: string, share: string): number {
  const match = text.match(new RegExp(`^\\s*${share}\\s+([\\d.]+)(us|ms|s|m|h)\\s*$`, 'm'));
  return Number(match?.[1] ?? Number.NaN) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
}

function failures(text: string): number {
  const refused = Number(text.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0);
  const errors = text.match(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/);
  return (errors ?? []).slice(1).reduce((sum, count) => sum + Number(count), refused);
}
