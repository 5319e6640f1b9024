import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../rig/watch.ts';
import { check, type SoakRun, seconds } from './soak-run.ts';

const CLIENTS = 2_000;
/** Outage and bound of the return, in seconds, by the promise of docs/reliability.md. */
const OUTAGES = [
  [10, 15],
  [60, 35],
] as const;
const BLOCKED_MAX_MS = 200;

const RELAY = fileURLToPath(new URL('../../../../apps/relay/src/main.ts', import.meta.url));
const STORM = fileURLToPath(new URL('./programs/storm-clients.ts', import.meta.url));
const LOOP_WATCH = new URL('./programs/loop-watch.ts', import.meta.url).href;

export const reconnectStorm: SoakRun = {
  name: 'storm',
  about: `K31: ${CLIENTS} clients lose the relay at once and come back, after 10 s and 60 s`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'sellia-storm-'));
    const storm = new Storm(folder);
    try {
      const names = await storm.begin();
      const figures: string[] = [];
      for (const [outage, bound] of OUTAGES) {
        const { backSeconds, blockedMs, namesNow } = await storm.lose(outage);
        check(namesNow === names, 'a client came back with another name');
        check(backSeconds <= bound, `all back after ${backSeconds.toFixed(1)} s`);
        check(blockedMs <= BLOCKED_MAX_MS, `the relay was blocked for ${blockedMs} ms`);
        figures.push(
          `${outage} s away: all back in ${backSeconds.toFixed(1)} s, blocked ${blockedMs} ms`,
        );
      }
      return figures.join('; ');
    } finally {
      storm.end();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A relay that is killed and started, and its clients. */
class Storm {
  readonly #folder: string;
  readonly #watchFile: string;
  #relay: ChildProcess | undefined;
  #clients: ChildProcess | undefined;
  #port = 0;
  #lines: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    this.#watchFile = join(folder, 'loop');
  }

  /** Resolves with a hash of all names when every client is public. */
  async begin(): Promise<string> {
    await this.#startRelay();
    const settings = JSON.stringify({ server: `http://127.0.0.1:${this.#port}`, count: CLIENTS });
    this.#clients = spawn(process.execPath, [STORM, settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#clients.stdout?.on('data', (text: Buffer) => {
      this.#lines.push(...text.toString().split('\n').filter(Boolean));
    });
    return this.#names(120_000);
  }

  async lose(outageSeconds: number) {
    this.#lines = [];
    this.#relay?.kill('SIGKILL');
    await seconds(outageSeconds);
    writeFileSync(this.#watchFile, '');
    await this.#startRelay();
    const startedAt = performance.now();
    const namesNow = await this.#names(120_000);
    const backSeconds = (performance.now() - startedAt) / 1_000;
    await seconds(2);
    const blocked = readFileSync(this.#watchFile, 'utf8').split('\n').filter(Boolean).map(Number);
    return { backSeconds, blockedMs: Math.max(0, ...blocked), namesNow };
  }

  end(): void {
    this.#clients?.kill('SIGKILL');
    this.#relay?.kill('SIGKILL');
  }

  #names(guardMs: number): Promise<string> {
    return eventually(
      () => this.#lines.findLast((line) => line.startsWith('names ')),
      () => `all public; ${this.#lines.at(-1)}`,
      guardMs,
    );
  }

  async #startRelay(): Promise<void> {
    const bind = ['--host', '127.0.0.1', '--port', String(this.#port), '--domain', 'localhost'];
    const relay = spawn(
      process.execPath,
      ['--import', LOOP_WATCH, RELAY, ...bind, '--state-dir', this.#folder],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, LOOP_WATCH_FILE: this.#watchFile, LOG_LEVEL: 'info' },
      },
    );
    this.#relay = relay;
    let said = '';
    const hear = (text: Buffer) => {
      if (said.length < 10_000) said += text.toString();
    };
    relay.stdout?.on('data', hear);
    relay.stderr?.on('data', hear);
    const port = await eventually(
      () => /(?:localhost|127\.0\.0\.1):(\d+)/.exec(said)?.[1],
      () => `the relay listens; ${said}`,
      20_000,
    );
    this.#port = Number(port);
  }
}
