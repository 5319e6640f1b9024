import { Agent, request, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProcessRig, startProcessRig } from '../src/rig/process-rig.ts';
import { eventually } from '../src/rig/watch.ts';

/** A relay gives its socket to another process while visitors come and go: nobody notices. */

const HALF = Buffer.alloc(1024 * 1024, 'abcdefghijklmnop');

/** Milliseconds that an answer takes, so that many are in flight. */
const SLOW_MS = 300;

const rigs: ProcessRig[] = [];
const successors: number[] = [];
/** Answers that have begun and wait for the test. */
const begun: ServerResponse[] = [];

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  for (const pid of successors.splice(0)) process.kill(pid, 'SIGKILL');
});

async function started(): Promise<ProcessRig> {
  const rig = await startProcessRig({
    upstream: {
      handler: (incoming, answer) => {
        if (incoming.url === '/halves') {
          answer.write(HALF);
          begun.push(answer);
        } else if (incoming.url?.startsWith('/slow') === true) {
          setTimeout(() => incoming.pipe(answer), SLOW_MS);
        } else incoming.pipe(answer.setHeader('X-Target', incoming.url ?? ''));
      },
    },
  });
  rigs.push(rig);
  return rig;
}

/** One POST whose body comes back; rejects with what went wrong. */
function echo(rig: ProcessRig, target: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { host: rig.host, 'content-length': 5 };
    const options = { host: '127.0.0.1', port: rig.port, path: target, method: 'POST', headers };
    const asked = request({ ...options, agent }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200 && text === 'hello') resolve();
        else reject(new Error(`${target}: ${answer.statusCode} ${text}`));
      });
    });
    asked.on('error', (error) => reject(new Error(`${target}: ${error.message}`)));
    asked.end('hello');
  });
}

/** Visitors that ask one thing after the other until told to stop. */
class Crowd {
  readonly failures: unknown[] = [];
  done = 0;
  #isOver = false;
  readonly #all: Promise<unknown>;

  constructor(rig: ProcessRig, size: number, keepAlive: boolean, prefix = '') {
    const agent = new Agent({ keepAlive, maxSockets: size });
    const visits = Array.from({ length: size }, (_, i) =>
      this.#visit(rig, `${prefix}/${i}`, agent),
    );
    this.#all = Promise.all(visits).finally(() => agent.destroy());
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#all;
  }

  async #visit(rig: ProcessRig, target: string, agent: Agent): Promise<void> {
    while (!this.#isOver) {
      await echo(rig, target, agent).then(
        () => this.done++,
        (error: unknown) => this.failures.push(error),
      );
    }
  }
}

/** Resolves when the successor listens. */
async function handOver(rig: ProcessRig): Promise<number> {
  rig.relay.child.kill('SIGUSR2');
  const [, pid] = await rig.relay.said(/"pid":(\d+),"msg":"the successor listens"/);
  successors.push(Number(pid));
  return Number(pid);
}

describe.skipIf(process.platform === 'win32')('M06 a relay is replaced', () => {
  test('no visitor of many loses a request', async () => {
    const rig = await started();
    const crowds = [new Crowd(rig, 8, false), new Crowd(rig, 8, true)];
    const total = () => crowds.reduce((sum, { done }) => sum + done, 0);
    await eventually(
      () => total() > 200,
      () => 'the crowds move',
    );
    await handOver(rig);
    expect(await rig.relay.ended()).toEqual({ code: 0, signal: null });
    const before = total();
    await eventually(
      () => total() > before + 200,
      () => 'the crowds go on',
    );
    for (const crowd of crowds) await crowd.stop();
    expect(crowds.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test('nor of a thousand that are in flight at once', async () => {
    const rig = await started();
    const crowds = [new Crowd(rig, 100, false, '/slow'), new Crowd(rig, 900, true, '/slow')];
    const total = () => crowds.reduce((sum, { done }) => sum + done, 0);
    await eventually(
      () => total() > 1_500,
      () => `${total()} answers`,
      30_000,
    );
    await handOver(rig);
    expect(await rig.relay.ended()).toEqual({ code: 0, signal: null });
    const before = total();
    await eventually(
      () => total() > before + 1_500,
      () => `${total()} answers, ${before} before`,
      30_000,
    );
    for (const crowd of crowds) await crowd.stop();
    expect(crowds.flatMap(({ failures }) => failures)).toEqual([]);
  }, 60_000);

  test('what is under way finishes at the old one', async () => {
    const rig = await started();
    const visitor = await rig.send(`GET /halves HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await eventually(
      () => visitor.receivedLength > HALF.length,
      () => 'the first half has come',
    );
    await handOver(rig);
    await echo(rig, '/meanwhile', new Agent());
    expect(rig.relay.exit).toBeUndefined();
    begun.shift()?.end(HALF);
    const { body } = await visitor.response();
    expect(body.equals(Buffer.concat([HALF, HALF]))).toBe(true);
    expect(await rig.relay.ended()).toEqual({ code: 0, signal: null });
  });
});
