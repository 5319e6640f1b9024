import type { SelliaError, SelliaErrorCode } from '@sellia/client';
import { ExitCode, Failure } from '@sellia/terminal';

/** What each code of the client library ends the program with; the rest goes by its side. */
const EXIT_CODES: Partial<Record<SelliaErrorCode, ExitCode>> = {
  SELLIA_SERVER_INVALID: ExitCode.USAGE,
  SELLIA_UPSTREAM_TARGET_INVALID: ExitCode.USAGE,
  SELLIA_UNAUTHORIZED: ExitCode.AUTH,
  SELLIA_FORBIDDEN: ExitCode.AUTH,
  SELLIA_NAME_TAKEN: ExitCode.NAME,
  SELLIA_NAME_INVALID: ExitCode.NAME,
  SELLIA_NAME_RESERVED: ExitCode.NAME,
  SELLIA_TOO_MANY_TUNNELS: ExitCode.LIMIT,
  SELLIA_ABORTED: ExitCode.INTERRUPTED,
};

/** An error of the client library in the words of the command line. */
export function failureOf(error: SelliaError): Failure {
  return new Failure(error.message, {
    code: error.code,
    exitCode: EXIT_CODES[error.code] ?? bySide(error),
    hints: error.hint === '' ? [] : [error.hint],
    ...(error.docsUrl.startsWith('https:') ? { docsUrl: error.docsUrl } : {}),
    cause: error,
  });
}

function bySide({ side }: SelliaError): ExitCode {
  return side === 'relay' || side === 'link' ? ExitCode.RELAY : ExitCode.UNEXPECTED;
}
