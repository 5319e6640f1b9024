import type { RelayError } from '@sellia/relay';
import { ExitCode, Failure } from '@sellia/terminal';

/** Why the relay did not start, in the words of the command line. */
export function failureOf(error: RelayError): Failure {
  return new Failure(error.message, {
    code: error.code,
    exitCode: ExitCode.CONFIG,
    hints: error.hint === '' ? [] : [error.hint],
    ...(error.docsUrl.startsWith('https:') ? { docsUrl: error.docsUrl } : {}),
    cause: error,
  });
}
