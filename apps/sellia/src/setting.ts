import { ExitCode } from '@sellia/terminal';

/** What the user has set, and where. */
export interface Setting {
  readonly value: string;
  /** Where it was written, for the message when it is wrong. */
  readonly source: string;
  /** How the program ends then. */
  readonly exitCode: ExitCode;
}

export function flagged(source: string, value: string | undefined): Setting | undefined {
  return value === undefined ? undefined : { value, source, exitCode: ExitCode.USAGE };
}

/** In the environment or the configuration file. An empty value counts as unset. */
export function configured(source: string, value: string | undefined): Setting | undefined {
  return value ? { value, source, exitCode: ExitCode.CONFIG } : undefined;
}
