import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that does not do what a test waits for within this fails the test. */
const GUARD_MS = 15_000;

interface RunningOptions {
  /** Added to a bare environment: PATH and nothing else of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Run on a pseudo terminal of this width; its screen is `stdout`, stderr included. */
  readonly columns?: number;
}

const running = new Set<Running>();

/** A program under test: the real one, in a process of its own. */
export class Running {
  stdout = '';
  stderr = '';
  readonly pid: number;
  /** Its exit code, when all that it printed has been read. */
  readonly exited: Promise<number>;
  readonly #process: ChildProcess;
  #look: () => void = () => {};

  /** `entry`: the path of its main file. */
  constructor(entry: string, args: readonly string[], options: RunningOptions = {}) {
    const command = [process.execPath, entry, ...args];
    const [file = '', ...rest] = onTerminal(command, options.columns);
    this.#process = spawn(file, rest, { env: bareEnvironment(options.env) });
    this.pid = this.#process.pid ?? 0;
    this.#process.stdout?.on('data', (chunk) => this.#read('stdout', chunk));
    this.#process.stderr?.on('data', (chunk) => this.#read('stderr', chunk));
    this.exited = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
        running.delete(this);
        resolve(code ?? (signal === null ? -1 : -2));
        this.#look();
      });
    });
    running.add(this);
  }

  /** Waits until the text of a stream matches. */
  until(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void =>
        reject(new Error(`${why}, waiting for ${pattern}\n${this.stdout}\n${this.stderr}`));
      const guard = setTimeout(() => fail('time is over'), GUARD_MS);
      this.#look = () => {
        const match = this[stream].match(pattern);
        if (match === null && running.has(this)) return;
        clearTimeout(guard);
        if (match === null) fail('it has ended');
        else resolve(match);
      };
      this.#look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Presses keys at its terminal: `\x03` is Ctrl-C. */
  type(keys: string): void {
    this.#process.stdin?.write(keys);
  }

  /** Reads no more of its stdout, as `| head -1` does when it has its line. */
  stopReading(): void {
    this.#process.stdout?.destroy();
  }

  #read(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this[stream] += chunk.toString();
    this.#look();
  }
}

/** For `afterEach`: what a test has left behind, but for what belongs to all tests of a file. */
export async function endAll(...kept: Running[]): Promise<void> {
  const left = [...running].filter((one) => !kept.includes(one));
  for (const one of left) one.kill('SIGKILL');
  await Promise.all(left.map((one) => one.exited));
}

/** Windows has no signals to send: a program asked to end there is cut off. */
export const hasSignals = process.platform !== 'win32';

/** Whether this machine can give a program a terminal. */
export const hasTerminal =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;

const PTY = `import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))`;

function onTerminal(command: string[], columns: number | undefined): string[] {
  if (columns === undefined) return command;
  const resize = `stty cols ${columns}; exec "$@"`;
  return ['python3', '-c', PTY, 'sh', '-c', resize, 'sh', ...command];
}

/** What programs of this test file remember, they remember here. */
const home = mkdtempSync(join(tmpdir(), 'sellia-home-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

function bareEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', SystemRoot = '' } = process.env;
  return { PATH, SystemRoot, HOME: home, TERM: 'xterm', ...added };
}
