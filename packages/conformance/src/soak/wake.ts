import { HandlerOrigin } from '../rig/index.ts';
import { firstServed } from './first-served.ts';
import { Fleet, type Member } from './fleet.ts';
import { RoundTimes } from './round-times.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';
import { ToldLines } from './told-lines.ts';

const CLIENTS = 4;
const ROUNDS = 3;
const SHORT_S = 20;
/** Past the minute for which a session is kept, which begins when the silence is noticed. */
const LONG_S = 75;
const BOUND_MS = 5_000;
const EVERY_MS = 50;
const GUARD_MS = 60_000;
/** A link that has lasted a second was a good one. */
const STABLE_S = 1.2;

export const wake: SoakRun = {
  name: 'wake',
  about: `T11 K14: ${CLIENTS} clients, or their relay, are stopped for ${SHORT_S} s and ${LONG_S} s, and go on`,
  async run() {
    const origin = new HandlerOrigin((_request, response) => response.end('served'));
    await origin.listen();
    try {
      const figures = await Promise.all([
        stopClients(origin.url, SHORT_S, ROUNDS),
        stopRelay(origin.url, SHORT_S, ROUNDS),
        stopClients(origin.url, LONG_S, 1),
      ]);
      return figures.join('; ');
    } finally {
      await origin.close();
    }
  },
};

async function stopClients(url: string, stopSeconds: number, rounds: number): Promise<string> {
  const times = new RoundTimes();
  await withFleet(url, rounds, async (fleet) => {
    const told = ToldLines.ofRelay(fleet.relay);
    const pids = fleet.members.map(({ program }) => program.pid);
    for (const ms of await stopAll(pids, stopSeconds, fleet.members)) times.add(ms);
    const fresh = told.all.filter(({ msg }) => msg === 'client connected').length;
    const wanted = stopSeconds === LONG_S ? fleet.members.length : 0;
    check(fresh === wanted, `${fresh} fresh sessions after ${stopSeconds} s, not ${wanted}`);
  });
  const what = `clients stopped for ${stopSeconds} s`;
  times.checkWithin(BOUND_MS, what);
  return `${what}: ${times.text}`;
}

async function stopRelay(url: string, stopSeconds: number, rounds: number): Promise<string> {
  const times = new RoundTimes();
  await withFleet(url, rounds, async ({ relay, members }) => {
    for (const ms of await stopAll([relay.pid], stopSeconds, members)) times.add(ms);
  });
  const what = `relay stopped for ${stopSeconds} s`;
  times.checkWithin(BOUND_MS, what);
  return `${what}: ${times.text}`;
}

async function withFleet(
  url: string,
  rounds: number,
  playRound: (fleet: Fleet) => Promise<void>,
): Promise<void> {
  const names = Array.from({ length: CLIENTS }, (_, i) => `client-${i}`);
  const fleet = await Fleet.start({ names, url });
  try {
    for (let round = 0; round < rounds; round++) {
      await seconds(STABLE_S);
      await playRound(fleet);
    }
  } finally {
    await fleet.close();
  }
}

/** Milliseconds from SIGCONT until a visitor of each client, who begins to ask then, is served. */
function stopAll(
  pids: readonly number[],
  stopSeconds: number,
  members: readonly Member[],
): Promise<number[]> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return seconds(stopSeconds).then(() => {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    const wokenMs = Date.now();
    return Promise.all(
      members.map(async ({ host, port }) => {
        const asking = { host, port, everyMs: EVERY_MS, guardMs: GUARD_MS };
        return (await firstServed(asking)) - wokenMs;
      }),
    );
  });
}
