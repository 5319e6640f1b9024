import type { Amounts } from '../amounts.ts';
import { loadWithNode } from '../loads/requests.ts';
import type { Figure, Measurement, Sample } from '../measurement.ts';
import { residentMiB } from '../process-tree.ts';
import type { Target } from '../subjects/subject.ts';

/** More than an inspector keeps, so that it is full. */
const REQUESTS = 25_000;

const FIGURES: readonly Figure[] = (['client', 'relay', 'proxy'] as const).map((role) => ({
  key: `resident-${role}`,
  label: `resident ${role}`,
  unit: 'MiB',
  better: 'lower',
}));

/** Memory of each process once it has carried many small requests. */
export const resident: Measurement = {
  name: 'resident',
  title: 'resident memory after 25,000 requests',
  upstream: 'pages',
  isFresh: true,
  figures: FIGURES,
  warm: async (target, amounts) => {
    let left = amounts.isSmoke ? 1 : REQUESTS;
    while (left > 0) left -= await carry(target, amounts);
  },
  measure: async (target, amounts): Promise<Sample> => {
    await carry(target, amounts);
    const figures = target.parts.map(({ role, pid }) => [`resident-${role}`, residentMiB(pid)]);
    return Object.fromEntries(figures) as Sample;
  },
};

/** How many requests that were. */
async function carry(target: Target, { seconds }: Amounts): Promise<number> {
  const { requests, failures } = await loadWithNode(target, { connections: 50, seconds });
  if (failures > 0 || requests === 0) throw new Error(`${failures} requests failed`);
  return requests;
}
