import { inspect } from 'node:util';
import type { ExitCode } from './exit-code.ts';
import type { Palette } from './palette.ts';
import { PROGRAM_ERRORS, type ProgramErrorCode } from './program-errors.ts';
import { type Shown, styled } from './styled.ts';

interface FailureFacts {
  /** `SELLIA_…`, the anchor in docs/errors.md. */
  readonly code: string;
  readonly exitCode: ExitCode;
  /** What to do about it, a line each. */
  readonly hints?: readonly string[];
  readonly docsUrl?: string;
  readonly cause?: unknown;
}

/** Why a program ends, in the words of whoever started it. Printed without a stack trace. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hints: readonly string[];
  readonly docsUrl: string | undefined;

  constructor(message: string, facts: FailureFacts) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.exitCode = facts.exitCode;
    this.hints = facts.hints ?? [];
    this.docsUrl = facts.docsUrl;
  }
}

/** One of the program's own: the table says how it ends. */
export function programFailure(
  code: ProgramErrorCode,
  message: string,
  hints: readonly string[],
  cause?: unknown,
): Failure {
  return new Failure(message, { code, exitCode: PROGRAM_ERRORS[code].exitCode, hints, cause });
}

/** Nobody foresaw this one: the cause keeps the stack. `hint` says how to report it. */
export function unexpected(error: unknown, hint: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return programFailure('SELLIA_UNEXPECTED', message, [hint], error);
}

/**
 * What commander says of wrong arguments (`error: unknown option '--prot'\n(Did you mean --port?)`)
 * as a Failure of exit code 2.
 */
export function usageFailure(error: Error, helpCommand: string): Failure {
  const [first = '', ...rest] = error.message.split('\n');
  const suggestions = rest.map((line) => line.replace(/^\((.*)\)$/, '$1').toLowerCase());
  const hints = [...suggestions, `${helpCommand} lists what there is`];
  return programFailure('SELLIA_USAGE', first.replace(/^error: /, ''), hints);
}

/** The lines for people, most important first. */
export function failureLines(failure: Failure, palette: Palette): Shown[] {
  const head = palette.red(palette.bold(`error[${failure.code}]`));
  const lines: Shown[] = [styled`${head}: ${failure.message}`];
  for (const hint of failure.hints) lines.push(styled`${palette.cyan('hint')}: ${hint}`);
  if (failure.docsUrl !== undefined) lines.push(styled`${palette.dim('docs')}: ${failure.docsUrl}`);
  return lines;
}

/** The same for programs. */
export function failureFields(failure: Failure): Record<string, string | number> {
  return {
    code: failure.code,
    message: failure.message,
    hint: failure.hints.join('\n'),
    exitCode: failure.exitCode,
    ...(failure.docsUrl === undefined ? {} : { docsUrl: failure.docsUrl }),
  };
}

/** The stack of what was thrown and of its causes, a line each. */
export function stackLines(error: unknown): string[] {
  return inspect(error).split('\n');
}
