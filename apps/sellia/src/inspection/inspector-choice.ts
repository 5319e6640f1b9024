import type { SocketLevel } from '@sellia/inspector';
import { type Environment, Failure } from '@sellia/terminal';
import type { ConfigFile } from '../config-file.ts';
import { configured, flagged, type Setting } from '../setting.ts';

/** How the inspector is to run. */
export interface InspectorChoice {
  /** 0 for any; undefined for the usual one. */
  readonly port: number | undefined;
  /** Its page is opened in a browser. */
  readonly isOpened: boolean;
  readonly socketLevel: SocketLevel;
  readonly allowedHosts: readonly string[];
  readonly isStrict: boolean;
}

/** As commander gives them. */
export interface InspectorFlags {
  readonly inspector?: boolean;
  readonly inspectorPort?: string;
  readonly open?: boolean;
  readonly inspectWs?: string;
  readonly inspectorAllowHost?: readonly string[];
  readonly inspectorStrict?: boolean;
}

type FileKey = keyof NonNullable<ConfigFile['inspector']>;
type Found = (flag: Setting | undefined, variable: string, key: FileKey) => Setting | undefined;

const ON = ['true', 'on', 'yes', '1'];
const OFF = ['false', 'off', 'no', '0'];
const LEVELS: readonly string[] = ['stats', 'messages', 'full'] satisfies SocketLevel[];
/** `name`, or `.suffix` for all below it; a port that lost its flag is no name. */
const HOST = /^(?!\d+$)\.?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * Flags before environment before file. Undefined when there is to be no inspector. Throws a Failure
 * of exit code 2 (flags) or 3 (the rest).
 */
export function chooseInspector(
  flags: InspectorFlags,
  env: Environment,
  file: ConfigFile | undefined,
): InspectorChoice | undefined {
  const found: Found = (flag, variable, key) =>
    flag ??
    configured(variable, env[variable]) ??
    configured(`${file?.path}: inspector.${key}`, file?.inspector?.[key]);
  const { inspector, inspectorStrict, open } = flags;
  const isWanted = found(switched('--inspector', inspector), 'SELLIA_INSPECTOR', 'enabled');
  const isStrict = found(
    switched('--inspector-strict', inspectorStrict),
    'SELLIA_INSPECTOR_STRICT',
    'strict',
  );
  const isOpened = found(switched('--open', open), 'SELLIA_INSPECTOR_OPEN', 'open');
  const choice = {
    port: portOf(
      found(flagged('--inspector-port', flags.inspectorPort), 'SELLIA_INSPECTOR_PORT', 'port'),
    ),
    isOpened: isOn(isOpened, false),
    socketLevel: levelOf(
      found(flagged('--inspect-ws', flags.inspectWs), 'SELLIA_INSPECT_WS', 'ws'),
    ),
    allowedHosts: hostsOf(
      found(
        flagged('--inspector-allow-host', flags.inspectorAllowHost?.join(',')),
        'SELLIA_INSPECTOR_ALLOW_HOST',
        'allow_hosts',
      ),
    ),
    isStrict: isOn(isStrict, false),
  };
  return isOn(isWanted, true) ? choice : undefined;
}

function switched(source: string, value: boolean | undefined): Setting | undefined {
  return flagged(source, value === undefined ? undefined : String(value));
}

function isOn(setting: Setting | undefined, otherwise: boolean): boolean {
  if (setting === undefined) return otherwise;
  const value = setting.value.toLowerCase();
  if (ON.includes(value)) return true;
  if (OFF.includes(value)) return false;
  throw wrong(setting, 'is neither on nor off', 'write true or false');
}

function portOf(setting: Setting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const port = /^\d{1,5}$/.test(setting.value) ? Number(setting.value) : Number.NaN;
  if (port <= 65_535) return port;
  throw wrong(setting, 'is no port', 'a port is 0 to 65535; 0 takes any that is free');
}

function levelOf(setting: Setting | undefined): SocketLevel {
  if (setting === undefined) return 'stats';
  if (LEVELS.includes(setting.value)) return setting.value as SocketLevel;
  throw wrong(setting, 'is no level', 'it is stats, messages or full');
}

function hostsOf(setting: Setting | undefined): string[] {
  if (setting === undefined) return [];
  const hosts = setting.value
    .toLowerCase()
    .split(',')
    .map((host) => host.trim());
  if (hosts.every((host) => HOST.test(host))) return hosts;
  throw wrong(setting, 'is no host', 'for example machine.lan, or .lan for all below it');
}

function wrong({ value, source, exitCode }: Setting, why: string, hint: string): Failure {
  const hints = [hint];
  return new Failure(`${source}: "${value}" ${why}`, {
    code: 'SELLIA_OPTION_INVALID',
    exitCode,
    hints,
  });
}
