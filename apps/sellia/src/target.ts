import { resolve } from 'node:path';
import { parseTarget, SelliaError, type UpstreamTarget } from '@sellia/client';
import { ExitCode, Failure } from '@sellia/terminal';
import { failureOf } from './failures.ts';

const DEFAULT_PORT = '3000';
const UNIX = 'unix:';

/**
 * What the command line names, as the client library reads it: `8080`, `host:8080`, a URL, or
 * `unix:path`, where a relative path starts at the current folder. `host` is the value of `--host`,
 * which goes with a bare port. Throws a Failure of exit code 2.
 */
export function readTarget(text = DEFAULT_PORT, host?: string): UpstreamTarget {
  if (host !== undefined && !/^\d+$/.test(text)) {
    throw new Failure(`--host goes with a bare port, not with "${text}"`, {
      code: 'SELLIA_UPSTREAM_TARGET_INVALID',
      exitCode: ExitCode.USAGE,
      hints: ['for example: sellia http 8080 --host 192.168.1.5'],
    });
  }
  try {
    return parseTarget(withHost(withWholePath(text), host));
  } catch (error) {
    throw error instanceof SelliaError ? failureOf(error) : error;
  }
}

function withWholePath(text: string): string {
  const path = text.startsWith(UNIX) ? text.slice(UNIX.length) : '';
  return path === '' ? text : UNIX + resolve(path);
}

function withHost(text: string, host: string | undefined): string {
  if (host === undefined) return text;
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${text}` : `${host}:${text}`;
}
