import { type ChildProcess, spawn } from 'node:child_process';

/** Output of a child that is kept, for the message when it fails. */
const KEPT_OUTPUT = 16 * 1024;
/** Milliseconds between a polite and a forced end. */
const PATIENCE = 5_000;

const alive = new Set<Child>();
let isEnding = false;

// Whatever ends the benchmark, no process of it outlives it.
process.on('exit', () => {
  for (const child of alive) child.kill();
});

/** Ends all that run, politely: a server that is killed leaves its workers behind. */
export async function stopAll(): Promise<void> {
  isEnding = true;
  await Promise.all([...alive].map((child) => child.stop()));
}

export interface ChildOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** One process that the benchmark started, and ends. */
export class Child {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly #process: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #isOver = false;

  constructor(name: string, command: string, args: readonly string[], options: ChildOptions = {}) {
    if (isEnding) throw new Error('the benchmark is ending');
    this.name = name;
    this.#process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.pid = this.#process.pid ?? 0;
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#ended(error.message, resolve));
      this.#process.once('close', () => this.#ended('', resolve));
    });
    alive.add(this);
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => this.#heard(text, ''));
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => this.#heard('', text));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  get output(): string {
    return this.#stdout;
  }

  /** Last words, for the reason why a subject was left out. */
  get complaint(): string {
    const lines = `${this.#stdout}\n${this.#stderr}`.split('\n').filter((line) => line.trim());
    return lines.slice(-3).join(' | ').slice(0, 300);
  }

  /** First match of `pattern` in standard output; rejects when the process ends or time is up. */
  async says(pattern: RegExp, timeoutMs = 10_000): Promise<RegExpMatchArray> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = this.#stdout.match(pattern);
      if (match !== null) return match;
      const left = deadline - Date.now();
      if (this.#isOver) throw new Error(`${this.name} ended: ${this.complaint}`);
      if (left <= 0) throw new Error(`${this.name} is not ready: ${this.complaint}`);
      await this.#change(left);
    }
  }

  /** SIGTERM, after some seconds SIGKILL; resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), PATIENCE);
    await this.exited;
    clearTimeout(timer);
  }

  kill(): void {
    if (!this.#isOver) this.#process.kill('SIGKILL');
  }

  #heard(stdout: string, stderr: string): void {
    this.#stdout = (this.#stdout + stdout).slice(-KEPT_OUTPUT);
    this.#stderr = (this.#stderr + stderr).slice(-KEPT_OUTPUT);
    for (const watcher of this.#watchers) watcher();
  }

  #ended(reason: string, resolve: () => void): void {
    this.#isOver = true;
    alive.delete(this);
    this.#heard('', reason);
    resolve();
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#watchers.add(done);
    });
  }
}
