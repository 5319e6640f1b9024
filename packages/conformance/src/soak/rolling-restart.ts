import { type ProcessRig, startProcessRig } from '../rig/index.ts';
import { Crowd } from './crowd.ts';
import { RoundTimes } from './round-times.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';
import { ToldLines } from './told-lines.ts';

const SUCCESSIONS = 10;
const PER_SECOND = 1_000;
const VISITORS = 40;
/** What of the rate must be reached for the run to mean anything. */
const RATE_MIN = 0.95;
/** Before the first succession, and behind each. */
const REST_S = 2;
const FAILURES_SHOWN = 5;
/** A successor starts, and the one before drains. */
const GUARD_MS = 60_000;

export const rollingRestart: SoakRun = {
  name: 'rolling-restart',
  about: `T04 M06: ${SUCCESSIONS} relays, each in the place of the one before, at ${PER_SECOND} requests a second`,
  async run() {
    const rig = await startProcessRig({
      upstream: { handler: (request, response) => request.pipe(response) },
    });
    const chain = new Chain(rig);
    try {
      const crowd = new Crowd(rig, { size: VISITORS, perSecond: PER_SECOND });
      await seconds(REST_S);
      for (let succession = 0; succession < SUCCESSIONS; succession++) {
        await chain.succeed();
        await seconds(REST_S);
      }
      const { rate } = crowd;
      await crowd.stop();
      check(crowd.failures.length === 0, `of ${crowd.done} requests: ${failureText(crowd, chain)}`);
      check(rate >= RATE_MIN * PER_SECOND, `only ${Math.round(rate)} requests a second`);
      const { done, times } = crowd;
      return `${done} requests, none failed, ${times.text}, ${Math.round(rate)} a second; successor listens after ${chain.listens.text}, the one before ends after ${chain.ends.text}`;
    } finally {
      await chain.stop();
      await rig.close();
    }
  },
};

/** The first few, each by its time since a relay was signalled. */
function failureText({ failures }: Crowd, { signalledMs }: Chain): string {
  const shown = failures.slice(0, FAILURES_SHOWN).map(({ what, atMs }) => {
    const before = signalledMs.findLast((ms) => ms <= atMs) ?? atMs;
    return `${what} ${atMs - before} ms after a signal`;
  });
  return `${failures.length} failed: ${shown.join(', ')}`;
}

/** Relays of which each starts the next. They share the first one's log. */
class Chain {
  /** From the signal until the successor listens, and until the process that was signalled is done. */
  readonly listens: RoundTimes = new RoundTimes();
  readonly ends: RoundTimes = new RoundTimes();
  /** Milliseconds since 1970. */
  readonly signalledMs: number[] = [];
  readonly #rig: ProcessRig;
  #pid: number;

  constructor(rig: ProcessRig) {
    this.#rig = rig;
    this.#pid = rig.relay.pid;
  }

  async succeed(): Promise<void> {
    const told = ToldLines.ofRelay(this.#rig.relay);
    const signalledMs = Date.now();
    this.signalledMs.push(signalledMs);
    process.kill(this.#pid, 'SIGUSR2');
    const successor = await told.next(
      ({ msg }) => msg === 'the successor listens',
      'a successor',
      GUARD_MS,
    );
    this.#pid = successor.pid as number;
    const ended = await told.next(({ msg }) => msg === 'closed', 'the end of the first', GUARD_MS);
    this.listens.add(successor.atMs - signalledMs);
    this.ends.add(ended.atMs - signalledMs);
  }

  /** The first one is the rig's. */
  async stop(): Promise<void> {
    if (this.#pid !== this.#rig.relay.pid) process.kill(this.#pid, 'SIGKILL');
  }
}
