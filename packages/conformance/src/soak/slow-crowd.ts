import { connect } from 'node:net';
import { type ProcessRig, startProcessRig } from '../rig/index.ts';
import { Crowd } from './crowd.ts';
import { SlowSockets } from './slow-sockets.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';

const SLOW = 5_000;
const EVERY_MS = 5_000;
const HONEST_PER_SECOND = 200;
const RESETS_PER_SECOND = 1_000;
const RESETS_EVERY_MS = 10;
const FOR_S = 60;
const P99_MAX_MS = 200;

export const slowCrowd: SoakRun = {
  name: 'slow-crowd',
  about: `G02 T13: ${SLOW} heads at a byte each ${EVERY_MS / 1_000} s and ${RESETS_PER_SECOND} resets a second, beside honest requests`,
  async run() {
    await using rig = await startProcessRig({
      relayArguments: ['--connect-rate', '0'],
      upstream: {
        handler: (request, response) => {
          if (request.method === 'POST') request.pipe(response);
        },
      },
    });
    const slow = new SlowSockets({ port: rig.port, count: SLOW, everyMs: EVERY_MS });
    await slow.start();
    const crowd = new Crowd(rig, { size: 20, perSecond: HONEST_PER_SECOND });
    const resets = setInterval(() => resetSome(rig), RESETS_EVERY_MS);
    await seconds(FOR_S);
    clearInterval(resets);
    await crowd.stop();
    slow.stop();
    const { failures, times } = crowd;
    check(failures.length === 0, `${failures.length} failed, first ${failures[0]?.what}`);
    check(slow.returns > SLOW, `only ${slow.returns} slow heads were ended`);
    check(times.p99 < P99_MAX_MS, `honest requests: ${times.text}`);
    await rig.canary();
    return `honest requests: ${times.text}; ${slow.returns} slow heads were ended`;
  },
};

/** Requests that no server answers, given up as soon as they are sent. */
function resetSome({ port, hostLine }: ProcessRig): void {
  for (let i = 0; i < (RESETS_PER_SECOND * RESETS_EVERY_MS) / 1_000; i++) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.end(`GET / HTTP/1.1\r\n${hostLine}\r\n`, () => socket.resetAndDestroy());
  }
}
