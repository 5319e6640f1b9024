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
import { Demo } from './demo.ts';

const USAGE = 'pnpm start, or PORT=3100 pnpm start for another port';

const { stderr, env } = process;
const palette = new Palette(wantsColor('auto', stderr.isTTY === true, env));
const notes = new LineWriter(stderr);
const ending = new Ending(process);

/** `--port` before `PORT` before 3000. Throws a Failure of exit code 2. */
function readPort(args: string[]): number {
  const text = portText(args) || '3000';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw usage(`"${text}" is not a port`);
}

function portText(args: string[]): string | undefined {
  try {
    const { values } = parseArgs({ args, options: { port: { type: 'string' } } });
    return values.port ?? env.PORT;
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function usage(reason: string): Failure {
  return programFailure('SELLIA_USAGE', reason, [USAGE]);
}

async function run(): Promise<ExitCode> {
  try {
    const port = readPort(process.argv.slice(2));
    notes.print(styled`Starting a relay, a local server and a client on this machine…`);
    return await new Demo(ending).run(port);
  } catch (error) {
    const failure = error instanceof Failure ? error : unexpected(error, 'please report it');
    notes.print(...failureLines(failure, palette));
    return failure.exitCode;
  }
}

const code = await run();
await notes.flushed();
process.exit(code);
