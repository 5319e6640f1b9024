import { connect } from 'node:net';
import type { Amounts } from '../amounts.ts';
import { loadWithNode } from '../loads/requests.ts';
import type { Figure, Measurement, Sample } from '../measurement.ts';
import { residentMiB } from '../process-tree.ts';
import type { Target } from '../subjects/subject.ts';
import { filePath } from '../upstreams/pages.ts';

/** What the visitor reads before it stops reading. */
const READ_FIRST = 1024 * 1024;
/** Milliseconds between two looks at the memory. */
const LOOK_EVERY = 50;

const FIGURES: readonly Figure[] = (['relay', 'client', 'proxy'] as const).map((role) => ({
  key: `growth-${role}`,
  label: `growth ${role}`,
  unit: 'MiB',
  better: 'lower',
}));

/** How much each process grows while a visitor stops reading a 1 GiB download after 1 MiB. */
export const stall: Measurement = {
  name: 'stall',
  title: 'memory while a visitor stalls a 1 GiB download',
  upstream: 'pages',
  isFresh: true,
  figures: FIGURES,
  // Small requests only: a download before would grow the process unseen.
  warm: async (target, { isSmoke }) => {
    const seconds = isSmoke ? 0.05 : 1;
    await loadWithNode(target, { connections: 1, seconds });
  },
  measure: measureGrowth,
};

async function measureGrowth(target: Target, amounts: Amounts): Promise<Sample> {
  const before = target.parts.map((part) => residentMiB(part.pid));
  const most = [...before];
  const look = () => {
    for (const [i, part] of target.parts.entries()) {
      most[i] = Math.max(most[i] ?? Number.NaN, residentMiB(part.pid));
    }
  };
  const looking = setInterval(look, LOOK_EVERY);
  try {
    await stalledDownload(target, amounts);
  } finally {
    clearInterval(looking);
  }
  look();
  const growth = target.parts.map((part, i): [string, number] => {
    return [`growth-${part.role}`, (most[i] ?? Number.NaN) - (before[i] ?? Number.NaN)];
  });
  return Object.fromEntries(growth);
}

/** Resolves when the visitor has stood still for its time; rejects when it was let down before. */
function stalledDownload({ port, hostHeader }: Target, amounts: Amounts): Promise<void> {
  const { stallBytes, stallMs } = amounts;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = 0;
    socket.write(`GET ${filePath(stallBytes)} HTTP/1.1\r\nHost: ${hostHeader}\r\n\r\n`);
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received < READ_FIRST || socket.isPaused()) return;
      socket.pause();
      setTimeout(() => {
        socket.destroy();
        resolve();
      }, stallMs);
    });
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('the download was cut')));
  });
}
