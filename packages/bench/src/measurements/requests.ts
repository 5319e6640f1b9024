import type { Amounts } from '../amounts.ts';
import { loadWithNode, type RequestFigures } from '../loads/requests.ts';
import { loadWithWrk } from '../loads/wrk.ts';
import type { Figure, Measurement, Sample } from '../measurement.ts';
import { cpuSeconds } from '../process-tree.ts';
import type { Part, Target } from '../subjects/subject.ts';

const ROLES: readonly Part['role'][] = ['proxy', 'relay', 'client'];

const FIGURES: readonly Figure[] = [
  { key: 'rate', label: 'requests/s', unit: '/s', better: 'higher' },
  { key: 'p50', label: 'p50', unit: 'ms', better: 'lower' },
  { key: 'p99', label: 'p99', unit: 'ms', better: 'lower' },
  ...ROLES.map(
    (role): Figure => ({
      key: `cpu-${role}`,
      label: `CPU ${role}`,
      unit: 's/10k',
      better: 'lower',
    }),
  ),
];

/** A 13-byte answer over and over, one at a time on each connection. */
export function requestsMeasurement(connections: number): Measurement {
  return {
    name: `requests-${connections}`,
    title: `13-byte response, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
    upstream: 'pages',
    figures: FIGURES,
    warm: async (target, { warmSeconds }) => {
      if (warmSeconds > 0) await load(target, connections, warmSeconds, false);
    },
    measure: async (target, amounts) => measureRequests(target, connections, amounts),
  };
}

async function measureRequests(
  target: Target,
  connections: number,
  amounts: Amounts,
): Promise<Sample> {
  const before = target.parts.map((part) => cpuSeconds(part.pid));
  // A smoke run lets wrk show once that it still works; it knows no less than a second.
  const avoidsWrk = amounts.isSmoke && connections === 1;
  const figures = await load(target, connections, amounts.seconds, avoidsWrk);
  if (figures.failures > 0) throw new Error(`${figures.failures} requests failed`);
  const cpu = target.parts.map((part, i): [string, number] => {
    const spent = cpuSeconds(part.pid) - (before[i] ?? Number.NaN);
    return [`cpu-${part.role}`, (spent / figures.requests) * 10_000];
  });
  const { requestsPerSecond: rate, p50, p99 } = figures;
  return { rate, p50, p99, ...Object.fromEntries(cpu) };
}

async function load(
  target: Target,
  connections: number,
  seconds: number,
  avoidsWrk: boolean,
): Promise<RequestFigures> {
  const figures = avoidsWrk ? undefined : await loadWithWrk(target, connections, seconds);
  return figures ?? loadWithNode(target, { connections, seconds });
}
