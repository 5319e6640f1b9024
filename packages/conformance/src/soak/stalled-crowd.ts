import { createHash } from 'node:crypto';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { limits as wire } from '@sellia/protocol';
import { COLLECTING, MemoryWatch, type ProcessRig, startProcessRig } from '../rig/index.ts';
import { bulkBlocks, bulkDigest, drained, GiB, MiB } from '../servers/bulk.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';

const CROWD = 50;
const STALL_S = 20;
/** Beside the windows: streams, exchanges, and what any transfer does to a heap. */
const GROWTH_MAX = 16 * MiB;
/** All windows of one session. */
const WINDOWS = CROWD * wire.INITIAL_WINDOW + wire.SESSION_GROWTH;

interface Stall {
  readonly kind: 'download' | 'upload';
  readonly count: number;
  /** Of each: more than all buffers on its way take. */
  readonly bytes: number;
}

const STALLS: readonly Stall[] = [
  { kind: 'upload', count: 1, bytes: GiB },
  { kind: 'download', count: CROWD, bytes: 64 * MiB },
  { kind: 'upload', count: CROWD, bytes: 64 * MiB },
];

export const stalledCrowd: SoakRun = {
  name: 'stalled-crowd',
  about: `T05: 1 GiB of upload stalls, then ${CROWD} downloads and ${CROWD} uploads at once: their windows`,
  async run() {
    const figures: string[] = [];
    for (const stall of STALLS) figures.push(await play(stall));
    return figures.join('; ');
  },
};

/** With programs of its own, so that nothing before it counts. */
async function play({ kind, count, bytes }: Stall): Promise<string> {
  const gate = Promise.withResolvers<void>();
  await using rig = await startProcessRig({
    environment: COLLECTING,
    upstream: { handler: (asked, answer) => serve(asked, answer, gate.promise) },
  });
  for (let i = 0; i < 1_000; i++) await rig.canary();
  const before = await held(rig);
  const watch = new MemoryWatch(rig.pids, 250);
  const visit = kind === 'download' ? download : upload;
  const visits = Array.from({ length: count }, () => visit(rig, bytes, gate.promise));
  const all = Promise.all(visits);
  await Promise.race([seconds(STALL_S), all]);
  const resident = watch.stop();
  const after = await held(rig);
  gate.resolve();
  const digests = await all;
  check(
    digests.every((digest) => digest === bulkDigest(bytes)),
    `a stalled ${kind} differs`,
  );
  const grown = after.map((bytes, i) => bytes - (before[i] ?? 0));
  const bound = (count === 1 ? 0 : WINDOWS) + GROWTH_MAX;
  const text = `${count} ${kind}: held ${inMiB(grown)}, resident ${inMiB(resident)}`;
  check(Math.max(...grown) <= bound, `${text}, the bound is ${bound / MiB} MiB`);
  return text;
}

/** Without what only waits to be collected. */
function held(rig: ProcessRig): Promise<number[]> {
  return Promise.all([rig.relay.holds(), rig.client.holds()]);
}

/** Of the relay and of the client. */
function inMiB(bytes: readonly number[]): string {
  return bytes.map((count) => (count / MiB).toFixed(1)).join(' and ');
}

/** GET /N: the bulk body of N bytes. POST: its SHA-256, read when `gate` opens. */
async function serve(
  asked: IncomingMessage,
  answer: ServerResponse,
  gate: Promise<void>,
): Promise<void> {
  if (asked.method === 'POST') {
    await gate;
    answer.end(await digestOf(asked));
    return;
  }
  const bytes = Number(asked.url?.slice(1));
  answer.writeHead(200, { 'Content-Length': bytes });
  for (const block of bulkBlocks(bytes)) if (!answer.write(block)) await drained(answer);
  answer.end();
}

/** Reads nothing before `gate` opens. */
async function download(rig: ProcessRig, bytes: number, gate: Promise<void>): Promise<string> {
  const asked = ask(rig, 'GET', bytes);
  asked.end();
  const answer = await answerTo(asked);
  await gate;
  return digestOf(answer);
}

async function upload(rig: ProcessRig, bytes: number): Promise<string> {
  const asked = ask(rig, 'POST', bytes);
  const answer = answerTo(asked);
  for (const block of bulkBlocks(bytes)) if (!asked.write(block)) await drained(asked);
  asked.end();
  const chunks: Buffer[] = [];
  for await (const chunk of await answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function ask({ host, port }: ProcessRig, method: string, bytes: number) {
  const length = method === 'POST' ? { 'Content-Length': bytes } : {};
  const headers = { Host: host, ...length };
  const agent = new Agent();
  return request({ host: '127.0.0.1', port, path: `/${bytes}`, method, headers, agent });
}

function answerTo(asked: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.on('error', reject);
    asked.on('response', (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`status ${answer.statusCode}`));
    });
  });
}

async function digestOf(message: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of message) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
