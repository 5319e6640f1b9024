import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('long-cable.py', import.meta.url));

/** What a long way does to packets, each way alike. */
export interface Distance {
  /** Of one way: 100 make a round trip of 200. Milliseconds. */
  readonly delayMs: number;
  /** Of a hundred packets. */
  readonly lossPercent: number;
  /** Draws those that are lost. */
  readonly seed: number;
}

/** Why there can be no LongCable here; undefined when there can. */
export function longCableMissing(): string | undefined {
  if (!existsSync(PYTHON)) return `no ${PYTHON}`;
  return existsSync('/dev/net/tun') ? undefined : 'no /dev/net/tun';
}

/** Two network devices with a distance between them: see long-cable.py. Owner: its NamespacePair. */
export class LongCable {
  readonly #program: ChildProcess;
  readonly #lines: Interface;

  private constructor(program: ChildProcess, lines: Interface) {
    this.#program = program;
    this.#lines = lines;
  }

  /** Makes the two devices, in the namespace of the test. Root. */
  static async lay(devices: readonly [string, string], distance: Distance): Promise<LongCable> {
    const { delayMs, lossPercent, seed } = distance;
    const args = [SCRIPT, ...devices, String(delayMs), String(lossPercent), String(seed)];
    const program = spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(program.stdout);
    const ready = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    if (ready[0] !== 'ready') throw new Error('the cable was not laid');
    return new LongCable(program, lines);
  }

  /** Of both directions, so far. */
  async lostPackets(): Promise<number> {
    const answer = once(this.#lines, 'line');
    this.#program.stdin?.write('\n');
    return Number((await answer)[0]);
  }

  /** Takes the devices away. */
  async remove(): Promise<void> {
    const ended = once(this.#program, 'exit');
    this.#program.stdin?.end();
    await ended;
  }
}
