import { Agent, type ClientRequest, request, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProcessRig, startProcessRig } from '../src/rig/process-rig.ts';
import { eventually } from '../src/rig/watch.ts';

/** SIGTERM to the relay while visitors are in the middle of something. */

const HALF = Buffer.alloc(8 * 1024, 'abcdefghijklmnop');
const WHOLE = 2 * HALF.length;
/** A thousand visitors on a loaded machine. */
const BUSY_GUARD_MS = 15_000;

const rigs: ProcessRig[] = [];
/** Answers that have begun and wait for the test. */
const begun: ServerResponse[] = [];

afterEach(async () => {
  begun.length = 0;
  for (const rig of rigs.splice(0)) await rig.close();
});

async function started(...relayArguments: string[]): Promise<ProcessRig> {
  const rig = await startProcessRig({
    relayArguments,
    upstream: {
      handler: (incoming, answer) => {
        if (incoming.method === 'GET') {
          answer.writeHead(200, { 'Content-Length': WHOLE });
          answer.write(HALF);
          begun.push(answer);
        } else {
          incoming.pipe(answer);
        }
      },
    },
  });
  rigs.push(rig);
  return rig;
}

/** What has become of one exchange. */
interface Visit {
  readonly asked: ClientRequest;
  /** Bytes of the answer's body. */
  received: number;
  /** Undefined while it goes on. */
  outcome: 'whole' | 'cut' | undefined;
}

function visit(rig: ProcessRig, method: string, agent: Agent): Visit {
  const length = method === 'POST' ? { 'content-length': WHOLE } : {};
  const asked = request({
    host: '127.0.0.1',
    port: rig.port,
    method,
    agent,
    headers: { host: rig.host, ...length },
  });
  const visited: Visit = { asked, received: 0, outcome: undefined };
  asked.on('response', (answer) => {
    answer.on('data', (chunk: Buffer) => {
      visited.received += chunk.length;
    });
    answer.on('close', () => {
      visited.outcome = answer.complete && visited.received === WHOLE ? 'whole' : 'cut';
    });
  });
  asked.on('error', () => {
    visited.outcome = 'cut';
  });
  if (method === 'POST') asked.write(HALF);
  else asked.end();
  return visited;
}

function count<T>(all: readonly T[], wanted: (one: T) => boolean): number {
  return all.filter(wanted).length;
}

describe.skipIf(process.platform === 'win32')('a relay that drains', () => {
  test('M01 M07 downloads and uploads complete, then it ends with 0', async () => {
    const rig = await started();
    const agent = new Agent({ keepAlive: true });
    const downloads = Array.from({ length: 900 }, () => visit(rig, 'GET', agent));
    const uploads = Array.from({ length: 100 }, () => visit(rig, 'POST', agent));
    const all = [...downloads, ...uploads];
    const half = ({ received }: Visit) => received >= HALF.length;
    await eventually(
      () => count(all, half) === all.length,
      () => `${count(all, half)} are under way`,
      BUSY_GUARD_MS,
    );
    rig.relay.child.kill('SIGTERM');
    await rig.relay.said(/"msg":"closing/);
    for (const answer of begun) answer.end(HALF);
    for (const { asked } of uploads) asked.end(HALF);
    await eventually(
      () => count(all, ({ outcome }) => outcome !== undefined) === all.length,
      () => 'all have ended',
      BUSY_GUARD_MS,
    );
    expect(count(all, ({ outcome }) => outcome === 'whole')).toBe(all.length);
    expect(await rig.relay.ended()).toEqual({ code: 0, signal: null });
    agent.destroy();
  });

  test('what takes longer than it may is cut, and never looks whole', async () => {
    const rig = await started('--drain-timeout', '500ms');
    const agent = new Agent();
    const visited = visit(rig, 'GET', agent);
    await eventually(
      () => visited.received >= HALF.length,
      () => 'the first half has come',
    );
    rig.relay.child.kill('SIGTERM');
    expect(await rig.relay.ended()).toEqual({ code: 0, signal: null });
    await eventually(
      () => visited.outcome,
      () => 'an end',
    );
    expect(visited.outcome).toBe('cut');
  });
});
