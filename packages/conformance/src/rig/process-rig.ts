import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { quietPort } from '../faults/quiet-port.ts';
import { collectedFile } from './collected-file.ts';
import { faultyLink } from './in-process-rig.ts';
import { residentBytes } from './resident.ts';
import { Rig, type RigOptions, type StartedUpstream, startUpstream } from './rig.ts';
import { eventually } from './watch.ts';

/** The two programs, from their sources. */
export const RELAY: URL = new URL('../../../../apps/relay/src/main.ts', import.meta.url);
export const CLIENT: URL = new URL('../../../../apps/sellia/src/main.ts', import.meta.url);

/** Environment of a program that can be asked what it `holds`. */
export const COLLECTING: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import ${new URL('collect-on-signal.ts', import.meta.url)}`,
};

/** Starting Node, stripping types and connecting, on a loaded machine. */
const START_MS = 20_000;

export interface ProcessRigOptions extends RigOptions {
  /** More arguments and environment of the two programs. */
  readonly relayArguments?: readonly string[];
  readonly clientArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * One of our programs, started for a test. Owner: the test or its rig, by `stop`. What it writes to the
 * stream named `full` meets a full disk (Linux).
 */
export class Program {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  exit: { code: number | null; signal: string | null } | undefined;

  constructor(
    file: URL,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    full?: 'stdout' | 'stderr',
  ) {
    // It remembers nothing of earlier programs unless the test says where.
    const state = mkdtempSync(join(tmpdir(), 'sellia-state-'));
    const fullDisk = full === undefined ? undefined : openSync('/dev/full', 'w');
    const outOf = (name: string) => (name === full ? fullDisk : 'pipe');
    this.child = spawn(process.execPath, [fileURLToPath(file), ...args], {
      stdio: ['ignore', outOf('stdout'), outOf('stderr')],
      env: { ...process.env, NO_COLOR: '1', SELLIA_STATE_DIR: state, ...environment },
    });
    if (fullDisk !== undefined) closeSync(fullDisk);
    this.child.stdout?.on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    this.child.on('exit', (code, signal) => {
      rmSync(state, { recursive: true, force: true });
      this.exit = { code, signal };
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get resident(): number | undefined {
    return residentBytes(this.pid);
  }

  /** Resolves once stdout or stderr matches. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return eventually(
      () => {
        const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
        if (match === null && this.exit !== undefined) {
          throw new Error(`ended with ${this.exit.code ?? this.exit.signal}: ${this.stderr}`);
        }
        return match ?? undefined;
      },
      () => `${pattern} in ${JSON.stringify(this.stdout + this.stderr)}`,
      START_MS,
    );
  }

  ended(): Promise<{ code: number | null; signal: string | null }> {
    return eventually(
      () => this.exit,
      () => 'the program goes on',
      10_000,
    );
  }

  /** Bytes that are left when all garbage is gone. Of a program that was started with COLLECTING. */
  async holds(): Promise<number> {
    const file = collectedFile(this.pid);
    this.child.kill('SIGWINCH');
    await eventually(
      () => existsSync(file),
      () => 'the program does not say what it holds',
    );
    const bytes = Number(readFileSync(file, 'latin1'));
    rmSync(file);
    return bytes;
  }

  async stop(): Promise<void> {
    if (this.exit === undefined) this.child.kill('SIGKILL');
    await this.ended();
  }
}

/** Relay and client as the real programs: for memory, crashes and signals. */
export class ProcessRig extends Rig {
  readonly relay: Program;
  readonly client: Program;
  readonly #port: number;

  constructor(
    options: ProcessRigOptions,
    upstream: StartedUpstream,
    parts: { relay: Program; client: Program; port: number; link?: FaultProxy | undefined },
  ) {
    super(options, upstream, parts.link);
    this.relay = parts.relay;
    this.client = parts.client;
    this.#port = parts.port;
  }

  get port(): number {
    return this.#port;
  }

  get pids(): number[] {
    return [this.relay.pid, this.client.pid];
  }

  streams(): undefined {
    return undefined;
  }

  assertHealthy(): void {
    for (const program of [this.relay, this.client]) {
      if (program.exit !== undefined) throw new Error(`a program has ended: ${program.stderr}`);
      if (/^\s+at .*:\d+:\d+/m.test(program.stderr)) throw new Error(program.stderr);
      const told = program.stdout + program.stderr;
      const control = [...told].find(isControl);
      if (control !== undefined) throw new Error(`a control character in: ${JSON.stringify(told)}`);
    }
  }

  protected async stop(): Promise<void> {
    await this.client.stop();
    await this.relay.stop();
  }
}

export async function startProcessRig(options: ProcessRigOptions = {}): Promise<ProcessRig> {
  const upstream = await startUpstream(options.upstream);
  const port = await quietPort();
  const { domain = 'test', name = 'one', environment = {} } = options;
  const { relayArguments = [], clientArguments = [] } = options;
  const relay = await startRelayProgram(port, ['--domain', domain, ...relayArguments], environment);
  const link = options.hasFaultyLink === true ? await faultyLink(port) : undefined;
  const server = link?.url ?? `http://127.0.0.1:${port}`;
  const client = clientProgram(
    server,
    upstream.url,
    ['--subdomain', name, ...clientArguments],
    environment,
  );
  await client.said(new RegExp(`http://${name}\\.${domain}`));
  return new ProcessRig(options, upstream, { relay, client, port, link });
}

/** A relay on 127.0.0.1, once it listens; for a test that starts more than a rig does. */
export async function startRelayProgram(
  port: number,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Program> {
  const where = ['--host', '127.0.0.1', '--port', String(port)];
  const relay = new Program(RELAY, [...where, ...args], environment);
  await relay.said(new RegExp(`:${port}`));
  return relay;
}

/** `sellia http`, which may still be connecting; without its inspector unless `--inspector` is asked for. */
export function clientProgram(
  server: string,
  upstream: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Program {
  const always = ['http', upstream, '--server', server, '--no-inspector'];
  return new Program(CLIENT, [...always, ...args], environment);
}

/** What a terminal could take for a command: C0 but for line ends and tabs, DEL, C1. */
function isControl(character: string): boolean {
  const code = character.charCodeAt(0);
  return (
    (code < 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) ||
    (code >= 0x7f && code < 0xa0)
  );
}

/** Of 127.0.0.1; free a moment ago. */
