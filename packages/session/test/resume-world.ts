import type { MuxStream, Resume, StreamHandler, Welcome } from '@sellia/protocol';
import {
  KeptBudget,
  type MemoryTransport,
  memoryPair,
  type ResumeVerdict,
  Session,
  type SessionOptions,
  type Transport,
  VirtualClock,
} from '@sellia/session';
import { Owner } from './session-pair.ts';

export interface WorldOptions {
  readonly graceMs?: number;
  readonly delayMs?: number;
  /** Milliseconds until the client dials again; none: it stays away. */
  readonly redialMs?: number | undefined;
  readonly keptLimit?: number;
  readonly client?: Partial<SessionOptions>;
  readonly relay?: Partial<SessionOptions>;
}

/** The relay's owner: knows the sessions that may be resumed. */
class RelayOwner extends Owner {
  readonly #world: World;
  readonly away: string[] = [];
  backs = 0;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  onResume(resume: Resume, take: () => Transport | undefined): ResumeVerdict {
    return this.#world.resume(resume, take);
  }

  onAway(reason: string): void {
    this.away.push(reason);
  }

  onBack(): void {
    this.backs++;
  }
}

class ClientOwner extends Owner {
  readonly #world: World;
  readonly away: string[] = [];
  readonly renewed: Welcome[] = [];
  backs = 0;

  constructor(world: World) {
    super();
    this.#world = world;
  }

  onAway(reason: string): void {
    this.away.push(reason);
    this.#world.redial();
  }

  onBack(): void {
    this.backs++;
  }

  onRenewed(transport: Transport, welcome: Welcome): void {
    this.renewed.push(welcome);
    this.#world.renewed(transport, welcome);
  }
}

/**
 * A relay and a client in this process, on a virtual clock: the client dials again whenever it has
 * lost the link, the relay makes a provisional session of each control socket, as the real ones do.
 */
export class World {
  readonly clock = new VirtualClock();
  readonly budget: KeptBudget;
  readonly relayOwner: RelayOwner;
  readonly clientOwner: ClientOwner;
  readonly relays: Session[] = [];
  client: Session;
  /** Of the client's sessions after the first, by onRenewed. */
  readonly freshOwners: Owner[] = [];
  /** Both ends of each link so far: the client's, the relay's. */
  readonly links: [MemoryTransport, MemoryTransport][] = [];
  /** The relay has lost its memory. */
  isForgetful = false;
  /** New links are black holes from the start, for as long as this is set. */
  isBlackHole = false;
  readonly #options: WorldOptions;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.budget = new KeptBudget(options.keptLimit);
    this.relayOwner = new RelayOwner(this);
    this.clientOwner = new ClientOwner(this);
    this.client = new Session({
      role: 'client',
      transport: this.dial(),
      clock: this.clock,
      handler: this.clientOwner,
      agent: 'client/test',
      ...options.client,
    });
  }

  get relay(): Session {
    return this.relays[0] as Session;
  }

  /** The link in use, the client's end and the relay's. */
  get link(): [MemoryTransport, MemoryTransport] {
    return this.links.at(-1) as [MemoryTransport, MemoryTransport];
  }

  /** A link to the relay, which greets on its end; ours is returned. */
  dial(): MemoryTransport {
    const link = memoryPair(this.clock, this.#options.delayMs ?? 1);
    this.links.push(link);
    for (const end of link) end.isLossy = this.isBlackHole;
    const isFirst = this.relays.length === 0;
    const relay = new Session({
      role: 'relay',
      transport: link[1],
      clock: this.clock,
      handler: isFirst ? this.relayOwner : new RelayOwner(this),
      agent: 'relay/test',
      sessionId: `s${this.relays.length + 1}`,
      graceMs: this.#options.graceMs ?? 60_000,
      keptBudget: this.budget,
      ...this.#options.relay,
    });
    this.relays.push(relay);
    return link[0];
  }

  redial(): void {
    const { redialMs } = { redialMs: 100, ...this.#options };
    if (redialMs === undefined) return;
    this.clock.after(redialMs, () => {
      if (this.client.state === 'away') this.client.reattach(this.dial());
    });
  }

  resume(resume: Resume, take: () => Transport | undefined): ResumeVerdict {
    const session = this.isForgetful
      ? undefined
      : this.relays.find(({ id, state }) => id === resume.session && state !== 'closed');
    if (session === undefined) return 'unknown';
    return session.admit(resume, take) ? 'taken' : 'refused';
  }

  renewed(transport: Transport, welcome: Welcome): void {
    const owner = new Owner();
    this.freshOwners.push(owner);
    this.client = new Session({
      role: 'client',
      transport,
      clock: this.clock,
      handler: owner,
      agent: 'client/test',
      welcome,
    });
  }
}

/** Byte `offset` of what stream `id` carries in direction `way`. */
export function byteAt(id: number, way: number, offset: number): number {
  return ((Math.imul(offset + 1, 2_654_435_761) >>> 11) ^ (id * 31 + way * 97)) & 0xff;
}

/**
 * One end of a stream: writes `total` bytes as it may, reads what comes, compares each byte, and
 * notes how the other direction ended.
 */
export class Talker implements StreamHandler {
  stream: MuxStream | undefined;
  read = 0;
  ended = false;
  problems: string[] = [];
  codes: string[] = [];
  readonly #reads: number;
  readonly #writes: number;
  readonly #total: number;
  #written = 0;
  #hasHead = false;

  /** `way` is that of the bytes written; the other way is read. */
  constructor(way: 0 | 1, total: number) {
    this.#writes = way;
    this.#reads = 1 - way;
    this.#total = total;
  }

  get isDone(): boolean {
    return this.ended && this.#written === this.#total;
  }

  /** Writes until told to wait. */
  write(): void {
    const { stream } = this;
    if (stream === undefined) return;
    while (this.#written < this.#total) {
      const size = Math.min(7_001, this.#total - this.#written);
      const chunk = new Uint8Array(size);
      for (let i = 0; i < size; i++) chunk[i] = byteAt(stream.id, this.#writes, this.#written + i);
      this.#written += size;
      if (this.#written === this.#total) {
        stream.write(chunk);
        stream.end();
        return;
      }
      if (!stream.write(chunk)) return;
    }
    if (this.#total === 0) stream.end();
  }

  onHead(_text: string, ended: boolean): void {
    if (this.#hasHead) this.problems.push('a second head');
    this.#hasHead = true;
    if (ended) this.onEnd();
  }

  onInfo(): void {}

  onData(chunk: Uint8Array): void {
    const id = this.stream?.id ?? 0;
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === byteAt(id, this.#reads, this.read + i)) continue;
      this.problems.push(`stream ${id}: wrong byte at ${this.read + i}`);
      break;
    }
    this.read += chunk.length;
    this.stream?.consume(chunk.length);
  }

  onTrailers(): void {}

  onEnd(): void {
    if (this.ended) this.problems.push('a second end');
    this.ended = true;
  }

  onReset(code: string): void {
    this.codes.push(code);
  }

  onStop(code: string): void {
    this.codes.push(code);
  }

  onDrain(): void {
    this.write();
  }
}
