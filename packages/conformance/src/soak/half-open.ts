import type { Direction } from '../faults/index.ts';
import { visitMixed } from '../faults/mixed-visitors.ts';
import { Random } from '../fuzz/random.ts';
import { MixedServer } from '../servers/mixed.ts';
import { Fleet, type Member } from './fleet.ts';
import { RoundTimes } from './round-times.ts';
import { type SoakRun, seconds } from './soak-run.ts';
import { ToldLines } from './told-lines.ts';

const ROUNDS = 8;
/** Promised in docs/reliability.md, for both sides. */
const BOUND_MS = 10_000;
const GUARD_MS = 30_000;
/** A link that has lasted so long was a good one, and one more interval of its heartbeat. */
const STABLE_S = 1.2;
const INTERVAL_S = 3;
const WAYS: readonly (Direction | 'both')[] = ['both', 'up', 'down'];
/** 64 KiB each 2 ms, over and over. */
const LOAD = { kind: 'download', steps: 200, pauseMs: 2 } as const;

/** What becomes of one link, round by round. */
interface Trial {
  readonly member: Member;
  readonly where: Direction | 'both';
  readonly isLoaded: boolean;
  readonly relay: RoundTimes;
  readonly client: RoundTimes;
}

export const halfOpen: SoakRun = {
  name: 'half-open',
  about: `T11: a link falls silent ${ROUNDS} times, both ways or one, idle or loaded: who notices when`,
  async run({ seed }) {
    const server = await MixedServer.start();
    const kinds = WAYS.flatMap((where) => [
      { where, isLoaded: false },
      { where, isLoaded: true },
    ]);
    const names = kinds.map(({ where, isLoaded }) => `${isLoaded ? 'loaded' : 'idle'}-${where}`);
    // Visitors that come while a client is away for ten seconds are to wait for it.
    const fleet = await Fleet.start({ names, url: server.url, relayArguments: ['--hold', '1m'] });
    try {
      const trials = fleet.members.map(
        (member, i): Trial => ({
          ...(kinds[i] as (typeof kinds)[number]),
          member,
          relay: new RoundTimes(),
          client: new RoundTimes(),
        }),
      );
      const tried = await Promise.all(trials.map((trial, i) => tryAll(fleet, trial, seed + i)));
      for (const trial of trials) judge(trial);
      const downloads = tried.reduce((sum, count) => sum + count, 0);
      return `${trials.map(textOf).join('; ')}; ${downloads} downloads were right`;
    } finally {
      await fleet.close();
      await server.close();
    }
  },
};

/** All rounds of one link; the number of downloads that have ended meanwhile. */
async function tryAll(fleet: Fleet, trial: Trial, seed: number): Promise<number> {
  const random = new Random(seed);
  let isOver = false;
  let downloads = 0;
  const load = async () => {
    while (trial.isLoaded && !isOver) await visitMixed(trial.member, { ...LOAD, id: downloads++ });
  };
  const rounds = async () => {
    for (let round = 0; round < ROUNDS; round++) {
      // Anywhere between two questions of the heartbeat.
      await seconds(STABLE_S + (INTERVAL_S * random.below(1_000)) / 1_000);
      await fallSilent(fleet, trial);
    }
  };
  await Promise.all([load(), rounds().finally(() => (isOver = true))]);
  return downloads;
}

/** Measured by the relay's `client away` and by the client's `reconnecting`. */
async function fallSilent(fleet: Fleet, { member, where, relay, client }: Trial): Promise<void> {
  const session = fleet.sessionOf(member);
  const atRelay = ToldLines.ofRelay(fleet.relay);
  const atClient = ToldLines.ofClient(member.program);
  const what = `the silence of ${member.name}`;
  member.link.blackHole(where);
  const silentMs = Date.now();
  const [lostByRelay, lostByClient] = await Promise.all([
    atRelay.next((line) => line.msg === 'client away' && line.session === session, what, GUARD_MS),
    atClient.next(({ status }) => status === 'reconnecting', what, GUARD_MS),
  ]);
  relay.add(lostByRelay.atMs - silentMs);
  client.add(lostByClient.atMs - silentMs);
  await member.link.heal();
  await atClient.next(({ status }) => status === 'connected', `${member.name} is back`, GUARD_MS);
}

function judge({ member, relay, client }: Trial): void {
  relay.checkWithin(BOUND_MS, `${member.name}: the relay notices`);
  client.checkWithin(BOUND_MS, `${member.name}: the client notices`);
}

function textOf({ member, relay, client }: Trial): string {
  return `${member.name}: relay ${relay.text}, client ${client.text}`;
}
