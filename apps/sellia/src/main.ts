#!/usr/bin/env node
import {
  Ending,
  ExitCode,
  Failure,
  LineWriter,
  Styled,
  shapeHeap,
  unexpected,
  usageFailure,
} from '@sellia/terminal';
import { CommanderError } from 'commander';
import type { HttpFlags } from './commands/http.ts';
import { isOfInspector } from './inspection/scope.ts';
import { createOutput, type Output } from './output/output.ts';
import { createProgram, SHORT_HELP, withCommand } from './program.ts';
import { queries } from './queries.ts';

const args = withCommand(process.argv.slice(2));
const { stdout, stderr, env } = process;
const ending = new Ending(process);
const help = new LineWriter(stdout);
const notes = new LineWriter(stderr);
let output: Output | undefined;

/** The one place that ends the process: what was printed has left by then. */
async function exit(code: ExitCode): Promise<never> {
  await Promise.all([help.flushed(), notes.flushed(), output?.flushed()]);
  process.exit(code);
}

function outputFor(flags: Pick<HttpFlags, 'json' | 'color'>): Output {
  output ??= createOutput({
    stdout,
    stderr,
    env,
    color: flags.color === false ? 'never' : (flags.color ?? 'auto'),
    json: flags.json ?? false,
    onGone: () => ending.ask(),
  });
  return output;
}

async function runHttp(target: string | undefined, flags: HttpFlags): Promise<void> {
  shapeHeap();
  const { runHttp: run } = await import('./commands/http.ts');
  await exit(await run(target, flags, { env, ending, output: outputFor(flags) }));
}

function print(text: string): void {
  help.print(new Styled(text.trimEnd()));
}

/** Asked for help or the version: commander throws then, too. */
function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof CommanderError) return usageFailure(error, 'sellia help');
  return unexpected(error, 'this is a defect: please report it, with what --verbose adds');
}

async function fail(error: unknown): Promise<never> {
  const failure = failureOf(error);
  const shown = outputFor({ json: args.includes('--json') });
  shown.fail(failure);
  const isBug = failure.exitCode === ExitCode.UNEXPECTED;
  if (isBug && (args.includes('--verbose') || env.DEBUG)) shown.trace(failure.cause);
  return exit(failure.exitCode);
}

let hasInspectorFailed = false;

/** What the inspector throws is told once, and ends nothing. */
function onUncaught(error: unknown): void {
  if (!isOfInspector()) {
    void fail(error);
    return;
  }
  const shown = outputFor({});
  if (!hasInspectorFailed)
    shown.warn('the inspector failed by a defect and may show less; the tunnel goes on');
  hasInspectorFailed = true;
  if (args.includes('--verbose') || env.DEBUG) shown.trace(error);
}

process.on('uncaughtException', onUncaught);
if (args.length === 0) print(SHORT_HELP);
else {
  try {
    const parts = { stdout, stderr, notes, env, ending, exit };
    await createProgram({ http: runHttp, ...queries(parts) }, print).parseAsync(args, {
      from: 'user',
    });
  } catch (error) {
    if (!isAnswered(error)) await fail(error);
  }
}
await exit(ExitCode.OK);
