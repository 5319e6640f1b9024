import { DEFAULT_LIMITS } from '@sellia/relay';
import { durationText, type Environment, ExitCode, Failure, readDuration } from '@sellia/terminal';
import { isLogLevel, LOG_LEVELS, type LogLevel } from './log-level.ts';
import { stateFolder } from './state-folder.ts';

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
  readonly drainDelay?: string;
  readonly drainTimeout?: string;
  readonly resumeGrace?: string;
  readonly hold?: string;
  readonly connectRate?: string;
  readonly stateDir?: string;
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
  /** Milliseconds between the word that the relay leaves and its end of listening. */
  readonly drainDelayMs: number;
  /** Milliseconds that running exchanges then have. */
  readonly drainTimeoutMs: number;
  /** Milliseconds that a session outlives its control socket. */
  readonly resumeGraceMs: number;
  /** Milliseconds that a request waits for a client that is away. */
  readonly holdMs: number;
  /** Connections a second that one address may open; 0: any. */
  readonly connectRate: number;
  /** Folder for what outlives the process. */
  readonly stateDir: string;
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

const DRAIN_MS = 30_000;
/** More is a mistake, and more than a timer can take is not far. */
const DURATION_MAX_MS = 24 * 60 * 60_000;

/** Throws a Failure of exit code 2 for a flag, 3 for a variable. */
export function readSettings(flags: Flags, env: Environment): Settings {
  const pick = (flag: string, value: string | undefined, variable: string): Named | undefined =>
    value === undefined ? variableOf(env, variable) : flagOf(flag, value);
  const key = pick('--master-key', flags.masterKey, 'SELLIA_MASTER_KEY');
  const time = (flag: string, value: string | undefined, variable: string, defaultMs: number) =>
    durationOf(pick(flag, value, variable), defaultMs);
  const { drainDelay, drainTimeout, resumeGrace, hold } = flags;
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
    drainDelayMs: time('--drain-delay', drainDelay, 'SELLIA_DRAIN_DELAY', 0),
    drainTimeoutMs: time('--drain-timeout', drainTimeout, 'SELLIA_DRAIN_TIMEOUT', DRAIN_MS),
    resumeGraceMs: time(
      '--resume-grace',
      resumeGrace,
      'SELLIA_RESUME_GRACE',
      DEFAULT_LIMITS.resumeGraceMs,
    ),
    holdMs: time('--hold', hold, 'SELLIA_HOLD', DEFAULT_LIMITS.holdMs),
    connectRate: rateOf(pick('--connect-rate', flags.connectRate, 'SELLIA_CONNECT_RATE')),
    stateDir: pick('--state-dir', flags.stateDir, 'SELLIA_STATE_DIR')?.value ?? stateFolder(env),
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

function durationOf(named: Named | undefined, defaultMs: number): number {
  if (named === undefined) return defaultMs;
  const ms = readDuration(named.value);
  if (ms !== undefined && ms <= DURATION_MAX_MS) return ms;
  const most = durationText(DURATION_MAX_MS);
  throw wrong(named, `"${named.value}" is no time of up to ${most}`, ['for example 5s or 500ms']);
}

function rateOf(named: Named | undefined): number {
  if (named === undefined) return DEFAULT_LIMITS.connectsPerSecond;
  if (/^\d{1,7}$/.test(named.value)) return Number(named.value);
  throw wrong(named, `"${named.value}" is no number of connections a second`, ['0 is no limit']);
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
