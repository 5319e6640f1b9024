import { DEFAULT_LIMITS } from '@sellia/client';
import { durationText, type Environment, Failure, readDuration } from '@sellia/terminal';
import type { ConfigFile } from './config-file.ts';
import { configured, flagged, type Setting } from './setting.ts';

/**
 * Milliseconds that requests wait for a local server that refuses connections: flag before
 * environment before file, else 0. Throws a Failure of exit code 2 (flag) or 3 (the rest).
 */
export function chooseWait(
  flag: string | undefined,
  env: Environment,
  file: ConfigFile | undefined,
): number {
  const setting =
    flagged('--wait-upstream', flag) ??
    configured('SELLIA_WAIT_UPSTREAM', env.SELLIA_WAIT_UPSTREAM) ??
    configured(`${file?.path}: wait_upstream`, file?.waitUpstream);
  return setting === undefined ? 0 : milliseconds(setting);
}

function milliseconds({ value, source, exitCode }: Setting): number {
  const belowMs = DEFAULT_LIMITS.headTimeoutMs;
  const ms = readDuration(value);
  if (ms !== undefined && ms < belowMs) return ms;
  throw new Failure(`${source}: "${value}" is no time below ${durationText(belowMs)}`, {
    code: 'SELLIA_OPTION_INVALID',
    exitCode,
    hints: ['for example 5s or 500ms; 0 turns it off'],
  });
}
