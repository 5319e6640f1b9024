import { figureOf, type MeasurementResult } from './results.ts';

/** What Sellia is to reach, in a ratio to another subject or, without one, in the figure's unit. */
export interface Goal {
  readonly title: string;
  /** `measurement.figure`. */
  readonly figure: string;
  readonly against?: string;
  readonly atLeast: number;
  readonly aim: number;
  readonly better: 'higher' | 'lower';
}

export type Verdict = 'aim reached' | 'reached' | 'NOT REACHED' | 'not measured';

export interface JudgedGoal extends Goal {
  /** Ratio or figure; NaN when it was not measured. */
  readonly value: number;
  readonly verdict: Verdict;
}

const rate = (
  title: string,
  figure: string,
  against: string,
  atLeast: number,
  aim: number,
): Goal => ({
  title,
  figure,
  against,
  atLeast,
  aim,
  better: 'higher',
});
const cost = (title: string, figure: string, atLeast: number, aim: number): Goal => ({
  title,
  figure,
  atLeast,
  aim,
  better: 'lower',
});

const INSPECTED = 'sellia, inspected';

export const GOALS: readonly Goal[] = [
  rate('requests/s, 50 connections', 'requests-50.rate', 'node-proxy', 0.8, 1.2),
  rate('requests/s, 50 connections', 'requests-50.rate', 'ssh -R', 1.5, 2.2),
  rate('requests/s, 50 connections', 'requests-50.rate', 'http-proxy', 1.6, 2.5),
  rate('requests/s, 50 connections', 'requests-50.rate', 'localtunnel', 6, 10),
  rate('requests/s that resuming leaves', 'requests-50.rate', 'sellia, no resume', 0.95, 1),
  rate('downloads that resuming leaves', 'download-8.rate', 'sellia, no resume', 0.95, 1),
  rate('uploads that resuming leaves', 'upload-8.rate', 'sellia, no resume', 0.95, 1),
  { ...cost('requests/s without inspector', 'requests-50.rate', 1.05, 1), against: INSPECTED },
  { ...cost('download without inspector', 'download-8.rate', 1.05, 1), against: INSPECTED },
  { ...cost('p99, 50 connections', 'requests-50.p99', 2, 1), against: 'node-proxy' },
  { ...cost('p50, 1 connection', 'requests-1.p50', 2.2, 1.8), against: 'node-proxy' },
  rate('64 MiB download', 'download-1.rate', 'node-proxy', 0.6, 0.85),
  rate('64 MiB downloads, 8 at once', 'download-8.rate', 'node-proxy', 0.6, 0.85),
  rate('64 MiB upload', 'upload-1.rate', 'node-proxy', 0.55, 0.85),
  rate('64 MiB uploads, 8 at once', 'upload-8.rate', 'node-proxy', 0.55, 0.85),
  rate('WebSocket echo, 1 connection', 'websocket-1.rate', 'direct', 0.25, 0.35),
  rate('WebSocket echo, 100 connections', 'websocket-100.rate', 'direct', 0.4, 0.8),
  cost('small p99 beside 8 downloads / alone', 'fairness.ratio', 5, 2),
  cost('MiB grown in a stalled download, relay', 'stall.growth-relay', 16, 8),
  cost('MiB grown in a stalled download, client', 'stall.growth-client', 16, 8),
  cost('CPU s per 10,000 requests, relay', 'requests-50.cpu-relay', 0.2, 0.15),
  cost('CPU s per 10,000 requests, client', 'requests-50.cpu-client', 0.2, 0.1),
];

export function judge(results: readonly MeasurementResult[], goals = GOALS): JudgedGoal[] {
  return goals.map((goal) => {
    const own = figureOf(results, goal.figure, 'sellia');
    const other = goal.against === undefined ? 1 : figureOf(results, goal.figure, goal.against);
    const value = own / other;
    return { ...goal, value, verdict: verdictOn(goal, value) };
  });
}

function verdictOn({ atLeast, aim, better }: Goal, value: number): Verdict {
  if (Number.isNaN(value)) return 'not measured';
  const reaches = (bound: number) => (better === 'higher' ? value >= bound : value <= bound);
  if (reaches(aim)) return 'aim reached';
  return reaches(atLeast) ? 'reached' : 'NOT REACHED';
}
