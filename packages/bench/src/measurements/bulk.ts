import type { Amounts } from '../amounts.ts';
import { type BulkLoad, loadBulk, mebibytesPerSecond } from '../loads/bulk.ts';
import type { Measurement } from '../measurement.ts';
import { filePath } from '../upstreams/pages.ts';

/** Whole transfers of 64 MiB, one or several at once, each on a kept-alive connection. */
export function bulkMeasurement(
  direction: BulkLoad['direction'],
  connections: number,
): Measurement {
  const load = (amounts: Amounts, times: number): BulkLoad => ({
    direction,
    connections,
    times,
    bytes: amounts.bulkBytes,
    path: direction === 'download' ? filePath(amounts.bulkBytes) : '/upload',
  });
  return {
    name: `${direction}-${connections}`,
    title: `64 MiB ${direction}s, ${connections} at once`,
    upstream: direction === 'download' ? 'pages' : 'sink',
    figures: [{ key: 'rate', label: 'throughput', unit: 'MiB/s', better: 'higher' }],
    warm: async (target, amounts) => {
      if (!amounts.isSmoke) await loadBulk(target, load(amounts, 1));
    },
    measure: async (target, amounts) => {
      const times = connections === 1 ? amounts.bulkTimesAlone : amounts.bulkTimesTogether;
      return { rate: mebibytesPerSecond(await loadBulk(target, load(amounts, times))) };
    },
  };
}
