/**
 * `pnpm start`: a relay, a local server and a client that makes it public, all on this machine.
 */
import { parseArgs } from 'node:util';
import {
  Ending,
  type ExitCode,
  Failure,
  failureLines,
  LineWriter,
  Palette,
  programFailure,
  styled,
  unexpected,
  wantsColor,
} from '@sellia/terminal';
import { Demo, type DemoPorts } from './demo.ts';

const USAGE = 'pnpm start, or PORT=3100 pnpm start for another port';

const { stderr, env } = process;
const palette = new Palette(wantsColor('auto', stderr.isTTY === true, env));
const notes = new LineWriter(stderr);
const ending = new Ending(process);

/** `--port` before `PORT` before 3000; the inspector's if it is named. Throws a Failure of exit code 2. */
function readPorts(args: string[]): DemoPorts {
  const { port, 'inspector-port': inspector } = flagsOf(args);
  return {
    relay: portOf(port || env.PORT || '3000'),
    inspector: inspector === undefined ? undefined : portOf(inspector),
  };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usage(`"${text}" is not a port`);
}

function flagsOf(args: string[]): { port?: string; 'inspector-port'?: string } {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, options: { port: text, 'inspector-port': text } }).values;
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function usage(reason: string): Failure {
  return programFailure('SELLIA_USAGE', reason, [USAGE]);
}

async function run(): Promise<ExitCode> {
  try {
    const ports = readPorts(process.argv.slice(2));
    notes.print(styled`Starting a relay, a local server and a client on this machine…`);
    return await new Demo(ending).run(ports);
  } catch (error) {
    const failure = error instanceof Failure ? error : unexpected(error, 'please report it');
    notes.print(...failureLines(failure, palette));
    return failure.exitCode;
  }
}

const code = await run();
await notes.flushed();
process.exit(code);
