import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { IP, ip } from './ip.ts';

/** Every namespace calls its end of the cable so. */
export const DEVICE = 'cable';

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

  async endPrograms(): Promise<void> {
    const ended = [...this.#programs].map((child) => once(child, 'exit'));
    for (const child of this.#programs) child.kill('SIGKILL');
    await Promise.all(ended);
  }
}
