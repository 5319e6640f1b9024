import { encodeResponse, type MuxStream, type Opening, type Resume } from '@sellia/protocol';
import {
  KeptBudget,
  type MemoryTransport,
  memoryPair,
  type ResumeVerdict,
  Session,
  type SessionHandler,
  type Transport,
  VirtualClock,
} from '@sellia/session';
import type { Direction, Fault, Side } from './fault.ts';
import type { Faulty } from './fault-run.ts';
import { Talker } from './talker.ts';

const OPENING: Opening = {
  kind: 'http',
  tunnel: 1,
  visitorAddress: '127.0.0.1',
  visitorPort: 1,
  scheme: 'http',
  tlsVersion: '',
  requestId: 'r',
  hops: 0,
  receivedAt: 0,
  acceptsTrailers: false,
};
const REQUEST = { method: 'POST', target: '/', headers: ['Host', 'x'] };
const HEAD = encodeResponse(200, 'OK', []);

const GRACE_MS = 60_000;
/** From a loss to the next dial, and between two dials that are refused. */
const REDIAL_MS = 50;

/** One exchange: bytes of its request and of its response. */
export interface Load {
  readonly upload: number;
  readonly download: number;
}

/**
 * A relay's session and a client's on a virtual clock, over links in memory that break as told: the
 * client dials again whenever it has lost one. Faults are those that messages can suffer: `cut`,
 * `black-hole`, `refuse` and `heal`. A link that has swallowed messages stays dead, as a TCP connection
 * with a hole in it would.
 */
export class MemoryWorld implements Faulty {
  readonly clock = new VirtualClock();
  readonly budget = new KeptBudget();
  readonly talkers: Talker[] = [];
  /** Sessions that have ended, and why; faults of handlers. */
  readonly ends: string[] = [];
  readonly client: Session;
  readonly #relays: Session[] = [];
  readonly #delayMs: number;
  readonly #awaited: Load[] = [];
  #link!: readonly [MemoryTransport, MemoryTransport];
  readonly #holes: Record<Direction, boolean> = { up: false, down: false };
  #isRefusing = false;

  /** `delayMs` of each message, one way. */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
    this.client = new Session({
      role: 'client',
      transport: this.#dial(),
      clock: this.clock,
      agent: 'client/world',
      handler: this.#handler('client', {
        onStream: (stream) => this.#answer(stream),
        onAway: () => this.#redialLater(),
      }),
    });
  }

  /** Of the relay: the first is the client's, later ones only bring it a transport. */
  get relay(): Session {
    return this.#relays[0] as Session;
  }

  /** False: the session takes no stream now. */
  open({ upload, download }: Load): boolean {
    const near = new Talker(0, upload);
    const stream = this.relay.open(OPENING, REQUEST, false, near);
    if (stream === undefined) return false;
    this.#awaited.push({ upload, download });
    this.talkers.push(near);
    near.begin(stream);
    return true;
  }

  apply(fault: Fault): void {
    switch (fault.kind) {
      case 'cut':
        this.#cut(fault.side);
        break;
      case 'black-hole':
        this.#blackHole(fault.where);
        break;
      case 'refuse':
        this.#isRefusing = true;
        this.#cut('both');
        break;
      case 'heal':
        Object.assign(this.#holes, { up: false, down: false });
        this.#isRefusing = false;
        break;
      default:
        throw new Error(`messages cannot suffer ${fault.kind}`);
    }
  }

  /** What is wrong now that everything should be over; empty when nothing is. */
  problems(): string[] {
    const found = [...this.ends, ...this.talkers.flatMap(({ problems }) => problems)];
    const unfinished = this.talkers.filter(({ isDone }) => !isDone).length;
    if (unfinished > 0) found.push(`${unfinished} of ${this.talkers.length} ends are not done`);
    const { relay, client, budget } = this;
    const counts = [relay.streamCount, client.streamCount, budget.used];
    if (counts.some((count) => count !== 0)) found.push(`streams and bytes are left: ${counts}`);
    if (relay.state !== 'open' || client.state !== 'open') {
      found.push(`the relay is ${relay.state}, the client ${client.state}`);
    }
    return found;
  }

  #dial(): MemoryTransport {
    this.#link = memoryPair(this.clock, this.#delayMs);
    this.#swallow();
    const isFirst = this.#relays.length === 0;
    this.#relays.push(
      new Session({
        role: 'relay',
        transport: this.#link[1],
        clock: this.clock,
        agent: 'relay/world',
        sessionId: `s${this.#relays.length + 1}`,
        graceMs: GRACE_MS,
        keptBudget: this.budget,
        handler: this.#handler(isFirst ? 'relay' : undefined, {
          onResume: (resume, take) => this.#resume(resume, take),
        }),
      }),
    );
    return this.#link[0];
  }

  /** `who`: its end is a failure. */
  #handler(who: string | undefined, more: Partial<SessionHandler>): SessionHandler {
    return {
      onReady: () => {},
      onStream: () => {},
      onControl: () => {},
      onGoingAway: () => {},
      onClosed: (code, reason) => {
        if (who !== undefined) this.ends.push(`the ${who}'s session ended: ${code}, ${reason}`);
      },
      onFault: (error) => this.ends.push(`a fault: ${error}`),
      ...more,
    };
  }

  #answer(stream: MuxStream): void {
    const { download } = this.#awaited.shift() as Load;
    const far = new Talker(1, download);
    stream.handler = far;
    this.talkers.push(far);
    stream.head(HEAD, false);
    far.begin(stream);
  }

  #resume(resume: Resume, take: () => Transport | undefined): ResumeVerdict {
    if (resume.session !== this.relay.id) return 'unknown';
    return this.relay.admit(resume, take) ? 'taken' : 'refused';
  }

  #redialLater(): void {
    this.clock.after(REDIAL_MS, () => {
      if (this.client.state !== 'away') return;
      if (this.#isRefusing) this.#redialLater();
      else this.client.reattach(this.#dial());
    });
  }

  /** Who is not told goes on in silence. */
  #cut(side: Side | 'both'): void {
    const [near, far] = this.#link;
    const end = side === 'far' ? far : near;
    if (side !== 'both') end.isLossy = true;
    end.terminate();
  }

  #blackHole(where: Direction | 'both'): void {
    if (where !== 'down') this.#holes.up = true;
    if (where !== 'up') this.#holes.down = true;
    this.#swallow();
  }

  #swallow(): void {
    const [near, far] = this.#link;
    near.isLossy ||= this.#holes.up;
    far.isLossy ||= this.#holes.down;
  }
}
