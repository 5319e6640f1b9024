import type { Direction } from './fault.ts';
import { complaint, IP, ip } from './ip.ts';
import { type Distance, LongCable } from './long-cable.ts';
import { DEVICE, Namespace } from './namespace.ts';

/** Ends of the cable; nobody else can see them. */
const RELAY = '10.77.0.1';
const CLIENT = '10.77.0.2';
const SPARE = '10.77.0.3';

/** Pairs that may be there at once, of all processes. 198.18.0.0/16 is set aside for tests. */
const PAIRS = 8_192;
const TRIES = 100;

/** Why there can be no namespaces here; undefined when there can. */
export function namespacesMissing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `sellia-probe-${process.pid}`;
  const why = complaint(IP, `netns add ${probe}`);
  if (why !== undefined) return `no network namespaces: ${why}`;
  return complaint(IP, `netns del ${probe}`);
}

/**
 * Two machines and a cable between them, in namespaces: a relay's and a client's. Each also has a
 * way to the test (`outsideAddress`; the test is at `outsideGateway`), which no fault concerns.
 * Owner: the test, by `remove`, which ends the programs in them too.
 */
export class NamespacePair {
  readonly relay: Namespace;
  readonly client: Namespace;
  /** Free, on the cable: for a client that moves. */
  readonly spareAddress = SPARE;
  readonly #ways: readonly OutsideWay[];
  #longCable: LongCable | undefined;

  private constructor(ways: readonly [OutsideWay, OutsideWay], name: string) {
    this.#ways = ways;
    this.relay = new Namespace(`${name}-relay`, RELAY, ways[0].inside);
    this.client = new Namespace(`${name}-client`, CLIENT, ways[1].inside);
  }

  /**
   * Root, Linux, iproute2. The cable is short unless a distance is given (see `longCableMissing`):
   * over that one `drop` does nothing. Rejects with what `ip` says.
   */
  static async create(distance?: Distance): Promise<NamespacePair> {
    const index = await claimIndex();
    const pair = new NamespacePair([outsideWay(index, 0), outsideWay(index, 1)], nameOf(index));
    try {
      await pair.#build(distance);
      return pair;
    } catch (error) {
      await pair.remove();
      throw error;
    }
  }

  /** Where programs on a side find the test: its servers listen there or on 0.0.0.0. */
  outsideGateway(side: 'relay' | 'client'): string {
    return (this.#ways[side === 'relay' ? 0 : 1] as OutsideWay).outside;
  }

  /** Packets of one direction are lost without a word: `up` is from client to relay. */
  async drop(direction: Direction | 'both'): Promise<void> {
    const { relay, client } = this;
    if (direction !== 'down') await client.dropTo(relay.address);
    if (direction !== 'up') await relay.dropTo(client.address);
  }

  /** Packets that the distance has cost, both ways. */
  lostPackets(): Promise<number> {
    if (this.#longCable === undefined) throw new Error('the cable is short and loses nothing');
    return this.#longCable.lostPackets();
  }

  /** The cable is in, drops nothing. Addresses stay, and the distance. */
  async heal(): Promise<void> {
    for (const side of [this.relay, this.client]) {
      await side.dropNothing();
      await side.link('up');
    }
  }

  /** Ends the programs and takes everything away. */
  async remove(): Promise<void> {
    await Promise.all([this.relay.endPrograms(), this.client.endPrograms()]);
    await this.#longCable?.remove();
    for (const { name } of [this.relay, this.client]) await ip(`netns del ${name}`).catch(() => {});
    for (const { device } of this.#ways) await ip(`link del ${device}`).catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }

  async #build(distance: Distance | undefined): Promise<void> {
    const { relay, client } = this;
    await ip(`netns add ${client.name}`);
    if (distance === undefined) await this.#plugShort();
    else await this.#plugLong(distance);
    for (const [i, { name, address }] of [relay, client].entries()) {
      await ip(`-n ${name} address add ${address}/24 dev ${DEVICE}`);
      for (const device of ['lo', DEVICE]) await ip(`-n ${name} link set ${device} up`);
      await joinOutside(this.#ways[i] as OutsideWay, name);
    }
  }

  async #plugShort(): Promise<void> {
    const { relay, client } = this;
    const other = `peer name ${DEVICE} netns ${client.name}`;
    await ip(`-n ${relay.name} link add ${DEVICE} type veth ${other}`);
  }

  async #plugLong(distance: Distance): Promise<void> {
    const [relay, client] = this.#ways.map(({ device }) => `${device}l`) as [string, string];
    this.#longCable = await LongCable.lay([relay, client], distance);
    await ip(`link set dev ${relay} netns ${this.relay.name} name ${DEVICE}`);
    await ip(`link set dev ${client} netns ${this.client.name} name ${DEVICE}`);
  }
}

/** A cable of its own from a namespace to where the test runs. */
interface OutsideWay {
  /** Its name at the test's end. */
  readonly device: string;
  readonly outside: string;
  readonly inside: string;
}

/** A number that no other pair has: whoever makes the first namespace has it, which is made here. */
async function claimIndex(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const index = Math.floor(Math.random() * PAIRS);
    try {
      await ip(`netns add ${nameOf(index)}-relay`);
      return index;
    } catch (error) {
      if (tries === TRIES || !/File exists/.test(String(error))) throw error;
    }
  }
}

function nameOf(index: number): string {
  return `sellia-${index}`;
}

function outsideWay(index: number, side: 0 | 1): OutsideWay {
  const first = index * 8 + side * 4;
  const network = `198.18.${first >> 8}`;
  return {
    device: `sellia${index}${side === 0 ? 'r' : 'c'}`,
    outside: `${network}.${(first & 255) + 1}`,
    inside: `${network}.${(first & 255) + 2}`,
  };
}

async function joinOutside(way: OutsideWay, name: string): Promise<void> {
  await ip(`link add ${way.device} type veth peer name outside netns ${name}`);
  await ip(`address add ${way.outside}/30 dev ${way.device}`);
  await ip(`link set ${way.device} up`);
  await ip(`-n ${name} address add ${way.inside}/30 dev outside`);
  await ip(`-n ${name} link set outside up`);
}
