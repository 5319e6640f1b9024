import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientProgram, type ProcessRig, type Program, startProcessRig } from '../rig/index.ts';
import { firstServed } from './first-served.ts';
import { RoundTimes } from './round-times.ts';
import type { SoakRun } from './soak-run.ts';
import { ToldLines } from './told-lines.ts';

const ROUNDS = 20;
/** Beyond one round trip of the link for the name, and another one for the request. */
const BOUND_MS = 100;
const DISTANT_MS = 50;
/** More of them would all be served by a program that has just started. */
const EVERY_MS = 20;
const GUARD_MS = 20_000;

/** How the client before goes. */
interface Loss {
  readonly text: string;
  /** The relay hears nothing of it, and takes the old session for a living one. */
  readonly leavesGhost: boolean;
  /** Each way, in milliseconds. */
  readonly delayMs: number;
}

const LOSSES: readonly Loss[] = [
  { text: 'killed', leavesGhost: false, delayMs: 0 },
  { text: 'behind its ghost', leavesGhost: true, delayMs: 0 },
  { text: 'the same, 100 ms of round trip', leavesGhost: true, delayMs: DISTANT_MS },
];

export const takeover: SoakRun = {
  name: 'takeover',
  about: `T11: a client is killed and started again, ${ROUNDS} times each way: its name, past its ghost`,
  async run() {
    const state = mkdtempSync(join(tmpdir(), 'sellia-takeover-'));
    const environment = { SELLIA_STATE_DIR: state };
    const rig = await startProcessRig({
      hasFaultyLink: true,
      environment,
      upstream: { handler: (_request, response) => response.end('served') },
    });
    const clients = new Successors(rig, environment);
    try {
      const figures: string[] = [];
      for (const loss of LOSSES) figures.push(await lose(rig, clients, loss));
      return figures.join('; ');
    } finally {
      await clients.stop();
      await rig.close();
      rmSync(state, { recursive: true, force: true });
    }
  },
};

/** The client of the rig and those that come after it, with one memory of leases. */
class Successors {
  readonly #rig: ProcessRig;
  readonly #environment: Readonly<Record<string, string>>;
  current: Program;

  constructor(rig: ProcessRig, environment: Readonly<Record<string, string>>) {
    this.#rig = rig;
    this.#environment = environment;
    this.current = rig.client;
  }

  start(): void {
    const { link, handlerOrigin, name } = this.#rig;
    const wanted = ['--subdomain', name];
    this.current = clientProgram(link.url, handlerOrigin.url, wanted, this.#environment);
  }

  async stop(): Promise<void> {
    await this.current.stop();
  }
}

/**
 * Rounds of one kind. Measured by the relay's log and by visitors who ask every 20 ms: from the new
 * client's HELLO at the relay until the name is its own, and until a visitor has a whole answer.
 */
async function lose(rig: ProcessRig, clients: Successors, loss: Loss): Promise<string> {
  const named = new RoundTimes();
  const served = new RoundTimes();
  const again = new RoundTimes();
  rig.link.delay(loss.delayMs);
  for (let round = 0; round < ROUNDS; round++) {
    const { goneMs, helloMs, openedMs, servedMs } = await takeOver(rig, clients, loss);
    named.add(openedMs - helloMs);
    served.add(servedMs - helloMs);
    again.add(servedMs - goneMs);
  }
  const roundTripMs = 2 * loss.delayMs;
  named.checkWithin(roundTripMs + BOUND_MS, `${loss.text}: from HELLO to the name`);
  served.checkWithin(2 * roundTripMs + BOUND_MS, `${loss.text}: from HELLO to the first answer`);
  return `${loss.text}: from HELLO to the name ${named.text}, to the first answer ${served.text} (with the program's start ${again.text})`;
}

async function takeOver(rig: ProcessRig, clients: Successors, loss: Loss) {
  const told = ToldLines.ofRelay(rig.relay);
  const { child } = clients.current;
  if (loss.leavesGhost) {
    // Stopped, it cannot dial again before it is killed.
    child.kill('SIGSTOP');
    rig.link.cut('rst', 'near');
  }
  child.kill('SIGKILL');
  await clients.current.ended();
  const goneMs = Date.now();
  clients.start();
  const { host, port } = rig;
  const servedMs = await firstServed({ host, port, everyMs: EVERY_MS, guardMs: GUARD_MS });
  const opened = await told.next(({ msg }) => msg === 'tunnel opened', 'a tunnel', GUARD_MS);
  const hello = await told.next(
    ({ msg, session }) => msg === 'client connected' && session === opened.session,
    'its client',
    GUARD_MS,
  );
  return { goneMs, helloMs: hello.atMs, openedMs: opened.atMs, servedMs };
}
