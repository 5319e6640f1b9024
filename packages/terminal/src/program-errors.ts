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
  SELLIA_UNEXPECTED: {
    exitCode: ExitCode.UNEXPECTED,
    about: 'A defect of the program. The lines below the message are for a report.',
  },
} as const satisfies Record<string, ProgramError>;

export type ProgramErrorCode = keyof typeof PROGRAM_ERRORS;
