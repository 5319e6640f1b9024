import { loadBulk } from '../loads/bulk.ts';
import { loadWithNode } from '../loads/requests.ts';
import type { Measurement } from '../measurement.ts';
import type { Target } from '../subjects/subject.ts';
import { filePath } from '../upstreams/pages.ts';

const DOWNLOADS = 8;
/** Milliseconds between small requests: a page being used, not a race for the CPU. */
const GAP = 2;

/** What a small request waits while eight downloads share its tunnel, against an idle tunnel. */
export const fairness: Measurement = {
  name: 'fairness',
  title: `a small request beside ${DOWNLOADS} downloads`,
  upstream: 'pages',
  figures: [
    { key: 'ratio', label: 'p99 beside / alone', unit: 'x', better: 'lower' },
    { key: 'alone', label: 'p99 alone', unit: 'ms', better: 'lower' },
    { key: 'beside', label: 'p99 beside', unit: 'ms', better: 'lower' },
    { key: 'beside-p50', label: 'p50 beside', unit: 'ms', better: 'lower' },
  ],
  warm: async (target, { warmSeconds: seconds }) => {
    if (seconds > 0) await loadWithNode(target, { connections: 1, seconds });
  },
  measure: async (target, { seconds, bulkBytes }) => {
    const small = { connections: 1, seconds, gapMs: GAP };
    const alone = await loadWithNode(target, small);
    const downloads = loadBulk(target, {
      direction: 'download',
      path: filePath(bulkBytes),
      bytes: bulkBytes,
      connections: DOWNLOADS,
      times: 10_000,
      seconds: 1.5 * seconds + 0.3,
      // What is looked for is waiting inside the tunnel, not for one of few CPU cores.
      niceness: 10,
    });
    const [beside] = await Promise.all([besideDownloads(target, small), downloads]);
    const p50 = beside.p50;
    const ratio = beside.p99 / alone.p99;
    return { alone: alone.p99, beside: beside.p99, 'beside-p50': p50, ratio };
  },
};

/** The downloads are given a moment to get going. */
async function besideDownloads(target: Target, small: Parameters<typeof loadWithNode>[1]) {
  await new Promise((resolve) => setTimeout(resolve, 300 * Math.min(1, small.seconds)));
  return loadWithNode(target, small);
}
