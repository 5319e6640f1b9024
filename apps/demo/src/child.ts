import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How long a program may take to end in order before it is ended. */
const GRACE_MS = 8000;

const endWithParent = import.meta.resolve('./end-with-parent.ts');

/** One of the programs of Sellia, run from its sources. */
export class Child {
  /** Settles with its exit code when it has ended; 1 when a signal ended it. */
  readonly ended: Promise<number>;
  readonly #process: ChildProcess;

  /**
   * `program`: what the package is reached by, such as `sellia/main`. Its stderr is ours; its stdout
   * is read here, or ours as well.
   */
  constructor(program: string, args: readonly string[], stdout: 'read' | 'ours') {
    const entry = fileURLToPath(import.meta.resolve(program));
    this.#process = spawn(process.execPath, ['--import', endWithParent, entry, ...args], {
      stdio: ['ignore', stdout === 'read' ? 'pipe' : 'inherit', 'inherit', 'ipc'],
      env: withoutSettings(process.env),
      // A terminal sends Ctrl-C to a whole group: in their own, the programs end in our order.
      detached: process.platform !== 'win32',
    });
    this.ended = new Promise((resolve) => {
      this.#process.once('error', () => resolve(1));
      this.#process.once('exit', (code) => resolve(code ?? 1));
    });
  }

  /** The first line on its stdout; undefined when it ends without one. */
  async firstLine(): Promise<string | undefined> {
    const stdout = this.#process.stdout;
    if (stdout === null) return undefined;
    const lines = createInterface({ input: stdout });
    const line = new Promise<string>((resolve) => lines.once('line', resolve));
    return Promise.race([line, this.ended.then(() => undefined)]);
  }

  /** Asks it to end and waits until it has. */
  async end(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    const guard = setTimeout(() => this.kill(), GRACE_MS);
    await this.ended;
    clearTimeout(guard);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

/** The demo is the same for everybody: what the user has set for real tunnels is not for it. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^SELLIA_/i.test(name)));
}
