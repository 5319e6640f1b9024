import { type Environment, ExitCode, Failure } from '@sellia/terminal';
import { isLogLevel, LOG_LEVELS, type LogLevel } from './log-level.ts';

/** As commander gives them: only what was on the command line. */
export interface Flags {
  readonly host?: string;
  readonly port?: string;
  readonly domain?: string;
  readonly requireAuth?: boolean;
  readonly masterKey?: string;
  readonly https?: boolean;
  readonly publicUrl?: string;
  readonly trustedProxy?: readonly string[];
  readonly logLevel?: string;
  readonly json?: boolean;
}

/** Flags before environment before defaults. What the relay itself checks is not checked here. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly domain: string;
  readonly requireAuth: boolean;
  /** Empty when there is no key. */
  readonly keys: readonly string[];
  readonly useHttps: boolean;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** Log lines as JSON even on a terminal. */
  readonly json: boolean;
}

/** Where a value was written decides how the program ends when it is wrong. */
interface Named {
  readonly value: string;
  readonly source: string;
  readonly exitCode: ExitCode;
}

/** Throws a Failure of exit code 2 for a flag, 3 for a variable. */
export function readSettings(flags: Flags, env: Environment): Settings {
  const pick = (flag: string, value: string | undefined, variable: string): Named | undefined =>
    value === undefined ? variableOf(env, variable) : flagOf(flag, value);
  const key = pick('--master-key', flags.masterKey, 'SELLIA_MASTER_KEY');
  const proxies = flags.trustedProxy ?? listOf(variableOf(env, 'SELLIA_TRUSTED_PROXY'));
  return {
    host: pick('--host', flags.host, 'SELLIA_HOST')?.value ?? '0.0.0.0',
    port: portOf(pick('--port', flags.port, 'SELLIA_PORT')),
    domain: pick('--domain', flags.domain, 'SELLIA_DOMAIN')?.value ?? 'localhost',
    // A key that nobody has to show would protect nothing.
    requireAuth: key !== undefined || isOn(env, 'SELLIA_REQUIRE_AUTH', flags.requireAuth),
    keys: key === undefined ? [] : [checkedKey(key)],
    useHttps: isOn(env, 'SELLIA_USE_HTTPS', flags.https),
    publicUrl: pick('--public-url', flags.publicUrl, 'SELLIA_PUBLIC_URL')?.value,
    trustedProxies: proxies,
    logLevel: logLevelOf(pick('--log-level', flags.logLevel, 'LOG_LEVEL')),
    json: flags.json ?? false,
  };
}

function flagOf(source: string, value: string): Named {
  return { value, source, exitCode: ExitCode.USAGE };
}

/** An empty variable counts as unset. */
function variableOf(env: Environment, source: string): Named | undefined {
  const value = env[source];
  return value ? { value, source, exitCode: ExitCode.CONFIG } : undefined;
}

function listOf(named: Named | undefined): string[] {
  return named === undefined ? [] : named.value.split(',').map((part) => part.trim());
}

function portOf(named: Named | undefined): number {
  if (named === undefined) return 3000;
  const port = /^\d{1,5}$/.test(named.value) ? Number(named.value) : Number.NaN;
  if (port <= 65_535) return port;
  throw wrong(named, `"${named.value}" is not a port from 0 to 65535`, ['0 takes any free port']);
}

/** Anything but a plain yes or no ends the program: `SELLIA_REQUIRE_AUTH=yse` must not mean no. */
function isOn(env: Environment, variable: string, flag: boolean | undefined): boolean {
  if (flag !== undefined) return flag;
  const named = variableOf(env, variable);
  if (named === undefined || ['false', '0'].includes(named.value)) return false;
  if (['true', '1'].includes(named.value)) return true;
  throw wrong(named, `"${named.value}" is neither true nor false`, []);
}

function checkedKey(named: Named): string {
  if (/^[\x21-\x7e]{1,1024}$/.test(named.value)) return named.value;
  throw wrong(named, 'not 1 to 1024 visible ASCII characters', [
    'openssl rand -hex 32 makes a good one',
  ]);
}

function logLevelOf(named: Named | undefined): LogLevel {
  const level = named?.value.toLowerCase() ?? 'info';
  if (isLogLevel(level)) return level;
  throw wrong(named as Named, `"${level}" is not a log level`, [`one of ${LOG_LEVELS.join(', ')}`]);
}

function wrong(named: Named, reason: string, hints: string[]): Failure {
  return new Failure(`${named.source}: ${reason}`, {
    code: 'SELLIA_OPTION_INVALID',
    exitCode: named.exitCode,
    hints,
  });
}
