/**
 * Many clients in one process, each with a tunnel of its own. Argument: JSON `{server, count}`.
 * Prints `public N` whenever a tenth more of them are, and `names HASH` when all are.
 */
import { createHash } from 'node:crypto';
import { connect, type Tunnel } from '@sellia/client';

const { server, count } = JSON.parse(process.argv[2] ?? '{}') as { server: string; count: number };

/** Opened at once, at first. */
const BATCH = 100;

const tunnels: Tunnel[] = [];
let isPublic = 0;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function told(change: 1 | -1): void {
  isPublic += change;
  if (isPublic === 0) say('public 0');
  if (isPublic < count) return;
  const names = tunnels.map(({ name }) => name).join(' ');
  say(`names ${createHash('sha256').update(names).digest('hex')}`);
}

async function open(): Promise<void> {
  const tunnel = await connect({ server, upstream: '1' });
  tunnels.push(tunnel);
  let wasPublic = true;
  told(1);
  tunnel.on('status', ({ state }) => {
    const isNow = state === 'public';
    if (isNow === wasPublic) return;
    wasPublic = isNow;
    told(isNow ? 1 : -1);
  });
}

while (tunnels.length < count) {
  const batch = Math.min(BATCH, count - tunnels.length);
  await Promise.all(Array.from({ length: batch }, open));
}
process.on('SIGTERM', () => process.exit(0));
