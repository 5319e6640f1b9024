#!/usr/bin/env node
import {
  Ending,
  ExitCode,
  Failure,
  failureLines,
  fullText,
  LineWriter,
  Palette,
  Styled,
  shapeHeap,
  stackLines,
  unexpected,
  usageFailure,
  wantsColor,
} from '@sellia/terminal';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import type { Flags } from './settings.ts';

const { stdout, stderr, env } = process;
const ending = new Ending(process);
const results = new LineWriter(stdout);
const notes = new LineWriter(stderr, (loss) => {
  if (loss.kind === 'full') results.print(fullText('stderr', loss));
});
const isTerminal = stderr.isTTY === true;
const palette = new Palette(wantsColor('auto', isTerminal, env), isTerminal);

/** The one place that ends the process: what was printed has left by then. */
async function exit(code: ExitCode): Promise<never> {
  await Promise.all([results.flushed(), notes.flushed()]);
  process.exit(code);
}

/** Loaded here, so that `--help` and wrong usage cost no server. */
async function run(flags: Flags): Promise<void> {
  shapeHeap();
  const [{ readSettings }, { createLog }, { serve }] = await Promise.all([
    import('./settings.ts'),
    import('./log.ts'),
    import('./serve.ts'),
  ]);
  const settings = readSettings(flags, env);
  const log = createLog({
    level: settings.logLevel,
    palette: isTerminal && !settings.json ? palette : undefined,
    print: (line) => notes.print(line),
  });
  if (flags.masterKey !== undefined) {
    log.warn({}, '--master-key can be seen by everybody on this machine; prefer SELLIA_MASTER_KEY');
  }
  await exit(await serve(settings, log, ending, (url) => results.print(url)));
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return usageFailure(error, 'sellia-relay --help');
  return unexpected(error, 'this is a defect: please report it, with the lines below');
}

async function fail(error: unknown): Promise<never> {
  const failure = failureOf(error);
  notes.print(...failureLines(failure, palette));
  if (failure.exitCode === ExitCode.UNEXPECTED) notes.print(...stackLines(failure.cause));
  return exit(failure.exitCode);
}

process.on('uncaughtException', fail);
try {
  const print = (text: string): void => results.print(new Styled(text.trimEnd()));
  await createProgram(run, print).parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  const isAnswered = error instanceof CommanderError && error.exitCode === 0;
  if (!isAnswered) await fail(error);
}
await exit(ExitCode.OK);
