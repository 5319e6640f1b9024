import { ExitCode } from './exit-code.ts';

interface ProgramError {
  readonly exitCode: ExitCode;
  /** For docs/errors.md. */
  readonly about: string;
}

/** Why a program ends before it has anything to do with a relay, or by its own fault. */
export const PROGRAM_ERRORS = {
  SELLIA_USAGE: {
    exitCode: ExitCode.USAGE,
    about: 'The arguments are not what the command takes; its --help lists them.',
  },
  SELLIA_NO_RELAY: {
    exitCode: ExitCode.CONFIG,
    about:
      'No relay is named by --server, SELLIA_SERVER or the configuration, and none is assumed.',
  },
  SELLIA_CONFIG_INVALID: {
    exitCode: ExitCode.CONFIG,
    about: 'The configuration file cannot be read as what it should be.',
  },
  SELLIA_NO_INSPECTOR: {
    exitCode: ExitCode.INSPECTOR,
    about:
      'No `sellia http` with an inspector runs for this user, or the one that was named does not answer.',
  },
  SELLIA_NO_EXCHANGE: {
    exitCode: ExitCode.INSPECTOR,
    about: 'No inspector has an exchange of that id, or it was dropped for later ones.',
  },
  SELLIA_REPLAY_FAILED: {
    exitCode: ExitCode.REPLAY,
    about: 'An exchange cannot be sent again, or the local server did not answer it well.',
  },
  SELLIA_FILE_FAILED: {
    exitCode: ExitCode.USAGE,
    about: 'A file that was named cannot be read or written. Nothing half is left behind.',
  },
  SELLIA_UNEXPECTED: {
    exitCode: ExitCode.UNEXPECTED,
    about: 'A defect of the program. The lines below the message are for a report.',
  },
} as const satisfies Record<string, ProgramError>;

export type ProgramErrorCode = keyof typeof PROGRAM_ERRORS;
