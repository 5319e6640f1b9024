import { type Environment, Failure, programFailure } from '@sellia/terminal';
import { type ConfigFile, configPath } from './config-file.ts';
import { configured, flagged, type Setting } from './setting.ts';

/** Which relay, with which key. */
export interface RelayChoice {
  readonly server: string;
  readonly apiKey?: string;
  /** Where each was written. */
  readonly serverSource: string;
  readonly keySource: string;
  /** What the user should know about how the two were found. */
  readonly warnings: readonly string[];
}

interface Flags {
  readonly server?: string;
  readonly apiKey?: string;
}

/**
 * Flag before environment before file. The file's key goes to the file's relay only: naming
 * another relay on the command line must not hand it a key that was never meant for it.
 * Throws a Failure of exit code 2 (flags) or 3 (the rest).
 */
export function chooseRelay(
  flags: Flags,
  env: Environment,
  file: ConfigFile | undefined,
): RelayChoice {
  const named =
    flagged('--server', flags.server) ??
    configured('SELLIA_SERVER', env.SELLIA_SERVER) ??
    configured(file?.path ?? '', file?.server);
  if (named === undefined) throw noRelay(configPath(env));
  const server = serverUrl(named);
  const key =
    flagged('--api-key', flags.apiKey) ??
    configured('SELLIA_API_KEY', env.SELLIA_API_KEY) ??
    (isSameServer(server, file) ? configured(file?.path ?? '', file?.apiKey) : undefined);
  const warnings = warningsAbout(key, file);
  const choice = { server, serverSource: named.source, keySource: key?.source ?? '', warnings };
  return key === undefined ? choice : { ...choice, apiKey: checkedKey(key) };
}

function serverUrl({ value, source, exitCode }: Setting): string {
  const url = URL.parse(value);
  const wrong = (reason: string): Failure =>
    new Failure(`${source}: ${reason}`, {
      code: 'SELLIA_SERVER_INVALID',
      exitCode,
      hints: ['for example https://relay.example.com or http://localhost:3000'],
    });
  if (url === null || !/^(https?|wss?):$/.test(url.protocol)) {
    throw wrong(`"${value}" does not start with https://, http://, wss:// or ws://`);
  }
  if (url.username || url.password) throw wrong('a URL with user or password is not taken');
  if (url.pathname !== '/' || url.search || url.hash) {
    throw wrong(`"${value}" has more than scheme, host and port`);
  }
  return bare(url);
}

function bare(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

function checkedKey({ value, source, exitCode }: Setting): string {
  if (/^[\x21-\x7e]{1,1024}$/.test(value)) return value;
  throw new Failure(`${source}: a key is 1 to 1024 visible ASCII characters without a space`, {
    code: 'SELLIA_OPTION_INVALID',
    exitCode,
    hints: ['copy it again, without quotes or line end'],
  });
}

function isSameServer(server: string, file: ConfigFile | undefined): boolean {
  const url = file?.server === undefined ? null : URL.parse(file.server);
  return url !== null && bare(url) === server;
}

function warningsAbout(key: Setting | undefined, file: ConfigFile | undefined): string[] {
  if (key?.source === '--api-key') {
    return ['--api-key can be seen by everybody on this machine (ps); prefer SELLIA_API_KEY'];
  }
  if (key !== undefined && key.source === file?.path && file.isOpenToOthers) {
    return [`${file.path} holds a key that others on this machine can read: chmod 600 it`];
  }
  return [];
}

function noRelay(path: string): Failure {
  return programFailure('SELLIA_NO_RELAY', 'no relay is named, and none is assumed', [
    'name one in any of three ways:',
    '  sellia http 8080 --server https://relay.example.com',
    '  SELLIA_SERVER=https://relay.example.com in the environment',
    `  server: https://relay.example.com in ${path}`,
    'or start your own here: sellia-relay --port 3000 --domain localhost',
    '  and then: sellia http 8080 --server http://localhost:3000',
  ]);
}
