import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { IP, ip, iproute, TC } from './ip.ts';

/** Every namespace calls its end of the cable so. */
export const DEVICE = 'cable';

export interface Weather {
  /** Added to each packet that leaves. Default 0. */
  readonly delayMs?: number;
  /** Of a hundred packets that leave. Default 0. */
  readonly lossPercent?: number;
}

/** One network stack of its own, at one end of a cable. Owner: its NamespacePair. */
export class Namespace {
  /** As `ip netns` knows it. */
  readonly name: string;
  /** Where the test itself reaches programs in it, whatever becomes of the cable. */
  readonly outsideAddress: string;
  readonly #programs = new Set<ChildProcess>();
  #address: string;

  constructor(name: string, address: string, outsideAddress: string) {
    this.name = name;
    this.outsideAddress = outsideAddress;
    this.#address = address;
  }

  /** On the cable. */
  get address(): string {
    return this.#address;
  }

  /** What to start instead of a program, to have it run in here: `ip` becomes that program. */
  command(program: string, args: readonly string[] = []): [program: string, args: string[]] {
    return [IP, ['netns', 'exec', this.name, program, ...args]];
  }

  /** Starts a program in here. What runs still is killed when the pair is removed. */
  spawn(program: string, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(...this.command(program, args), options);
    this.#programs.add(child);
    child.once('exit', () => this.#programs.delete(child));
    return child;
  }

  /** This end of the cable. Down: packets are lost without a word, addresses stay. */
  async link(state: 'up' | 'down'): Promise<void> {
    await ip(`-n ${this.name} link set ${DEVICE} ${state}`);
  }

  /** From now on this address and not the old one; connections from the old one are left to time out. */
  async moveTo(address: string): Promise<void> {
    // The old one first: a second address of a network goes when the first does.
    await ip(`-n ${this.name} address del ${this.#address}/24 dev ${DEVICE}`);
    await ip(`-n ${this.name} address add ${address}/24 dev ${DEVICE}`);
    this.#address = address;
  }

  /**
   * What is sent to that address on the cable reaches nobody, new connections' packets too: it goes
   * to a hardware address that is not there. Needs no firewall in the kernel.
   */
  async dropTo(address: string): Promise<void> {
    await ip(`-n ${this.name} neigh replace ${address} lladdr 02:00:00:00:00:01 dev ${DEVICE}`);
  }

  /** Ends `dropTo`, for all addresses. */
  async dropNothing(): Promise<void> {
    await ip(`-n ${this.name} neigh flush nud permanent dev ${DEVICE}`);
  }

  /** By `tc netem`, on what leaves here. Rejects where the kernel has none: see `netemMissing`. */
  async weather(weather: Weather): Promise<void> {
    const { delayMs = 0, lossPercent = 0 } = weather;
    const rule = `delay ${delayMs}ms loss ${lossPercent}%`;
    await iproute(TC, `-n ${this.name} qdisc replace dev ${DEVICE} root netem ${rule}`);
  }

  /** Of a hundred packets that leave over the cable so many are lost. By nftables: see `lossMissing`. */
  async lose(percent: number): Promise<void> {
    await this.#nft('add table inet loss');
    await this.#nft('add chain inet loss out { type filter hook output priority 0 ; }');
    const chance = `numgen random mod 100 < ${percent}`;
    await this.#nft(`add rule inet loss out oifname ${DEVICE} ${chance} counter drop`);
  }

  /** Packets that `lose` has cost so far. */
  async lostPackets(): Promise<number> {
    const text = await this.#nft('list chain inet loss out');
    return Number(/counter packets (\d+)/.exec(text)?.[1]);
  }

  async endPrograms(): Promise<void> {
    const ended = [...this.#programs].map((child) => once(child, 'exit'));
    for (const child of this.#programs) child.kill('SIGKILL');
    await Promise.all(ended);
  }

  #nft(command: string): Promise<string> {
    return ip(`netns exec ${this.name} nft ${command}`);
  }
}
