import { Agent, request } from 'node:http';
import type { PublicAddress } from '../faults/mixed-visitors.ts';
import { RoundTimes } from './round-times.ts';

const BODY = 'hello';

export interface CrowdOptions {
  readonly size: number;
  /** Of all together. */
  readonly perSecond: number;
}

/**
 * Visitors that ask at an even rate until they are told to stop: every other one on a connection that
 * it keeps, the rest on a new one each time. They POST, which nobody may send a second time. The
 * upstream must send the body back.
 */
export class Crowd {
  readonly times: RoundTimes = new RoundTimes();
  /** What has gone wrong, and when: milliseconds since 1970. */
  readonly failures: { readonly what: string; readonly atMs: number }[] = [];
  done = 0;
  readonly #at: PublicAddress;
  readonly #everyMs: number;
  readonly #agents: Agent[] = [];
  readonly #all: Promise<unknown>;
  readonly #startedMs = performance.now();
  #isOver = false;

  constructor(at: PublicAddress, { size, perSecond }: CrowdOptions) {
    this.#at = at;
    this.#everyMs = (size * 1_000) / perSecond;
    this.#all = Promise.all(Array.from({ length: size }, (_, i) => this.#visit(i, size)));
  }

  /** Requests a second since the beginning. */
  get rate(): number {
    return (this.done * 1_000) / (performance.now() - this.#startedMs);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#all;
    for (const agent of this.#agents) agent.destroy();
  }

  /** Whoever is late asks again at once, so that the rate is what it should be. */
  async #visit(index: number, size: number): Promise<void> {
    const keepAlive = index % 2 === 0;
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    this.#agents.push(agent);
    let dueMs = this.#startedMs + (this.#everyMs * index) / size;
    while (!this.#isOver) {
      const leftMs = dueMs - performance.now();
      if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
      dueMs += this.#everyMs;
      const askedMs = performance.now();
      const failure = await this.#ask(agent);
      this.done++;
      if (failure === undefined) this.times.add(performance.now() - askedMs);
      else this.failures.push({ what: failure, atMs: Date.now() });
    }
  }

  /** What has gone wrong, if anything has. */
  #ask(agent: Agent): Promise<string | undefined> {
    const { address = '127.0.0.1', port, host } = this.#at;
    return new Promise((resolve) => {
      const headers = { host, 'content-length': BODY.length };
      const asked = request({ host: address, port, method: 'POST', headers, agent }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('error', (error) => resolve(`${error.message} in an answer`));
        answer.on('end', () => {
          if (answer.statusCode !== 200) resolve(`status ${answer.statusCode}`);
          else resolve(text === BODY ? undefined : 'another body');
        });
      });
      asked.on('error', (error) => {
        const { code = error.message } = error as { code?: string };
        resolve(`${code} on a ${asked.reusedSocket ? 'kept' : 'new'} connection`);
      });
      asked.end(BODY);
    });
  }
}
