import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Environment, Failure, programFailure } from '@sellia/terminal';

/** What the user's file may say of the relay. Its other keys belong to other commands. */
export interface ConfigFile {
  readonly path: string;
  readonly server?: string;
  readonly apiKey?: string;
  /** A duration such as `5s`, as it is written there. */
  readonly waitUpstream?: string;
  /** As it is written there; a list with commas between. */
  readonly inspector?: Readonly<Partial<Record<InspectorKey, string>>>;
  /** Others on this machine can read the file. Never so on Windows, whose modes say nothing. */
  readonly isOpenToOthers: boolean;
}

const INSPECTOR_KEYS = ['enabled', 'port', 'open', 'ws', 'allow_hosts', 'strict'] as const;
type InspectorKey = (typeof INSPECTOR_KEYS)[number];

/** A configuration larger than this is not one. */
const CONFIG_BYTES_MAX = 1024 * 1024;

/**
 * `~/.config/sellia/sellia.yml`, or below XDG_CONFIG_HOME. Only the user's own file is read, never
 * one of the current folder: a cloned repository must not be able to name the relay that gets the
 * user's traffic and key.
 */
export function configPath(env: Environment): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'sellia', 'sellia.yml');
}

/** Undefined when there is no such file. Throws a Failure of exit code 3 with line and column. */
export async function readConfigFile(path: string): Promise<ConfigFile | undefined> {
  const file = contents(path);
  if (file === undefined) return undefined;
  const fields = await parsed(path, file.text);
  return {
    path,
    isOpenToOthers: process.platform !== 'win32' && (file.mode & 0o077) !== 0,
    ...textField(path, fields, 'server', 'server'),
    ...textField(path, fields, 'api_key', 'apiKey'),
    ...textField(path, fields, 'wait_upstream', 'waitUpstream'),
    ...inspectorField(path, fields),
  };
}

function contents(path: string): { text: string; mode: number } | undefined {
  try {
    const { mode, size } = statSync(path);
    if (size > CONFIG_BYTES_MAX) throw wrong(`${path} is larger than ${CONFIG_BYTES_MAX} bytes`);
    return { text: readFileSync(path, 'utf8'), mode };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw wrong(`${path} cannot be read: ${message}`);
  }
}

/** The only import of yaml, and only when there is a file to read. */
async function parsed(path: string, text: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw wrong(`${path}:${line}:${col} ${error.message}`);
  }
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that name nothing, or that multiply without end.
    throw wrong(`${path}: ${(error as Error).message}`);
  }
}

function textField(path: string, fields: unknown, key: string, name: string): object {
  const value = fieldOf(path, fields, key);
  if (value === undefined || value === null || value === '') return {};
  if (typeof value !== 'string') throw wrong(`${path}: ${key} must be text`);
  return { [name]: value };
}

function fieldOf(path: string, fields: unknown, key: string): unknown {
  if (fields === null || fields === undefined) return undefined;
  if (!isMapping(fields)) throw wrong(`${path} is not a mapping`);
  return fields[key];
}

function inspectorField(path: string, fields: unknown): Pick<ConfigFile, 'inspector'> {
  const mapping = fieldOf(path, fields, 'inspector') ?? {};
  const place = `${path}: inspector`;
  if (!isMapping(mapping)) throw wrong(`${place} is not a mapping`);
  const known: readonly string[] = INSPECTOR_KEYS;
  const odd = Object.keys(mapping).find((key) => !known.includes(key));
  if (odd !== undefined) throw wrong(`${place} has no "${odd}" (${known.join(', ')})`);
  const texts = Object.entries(mapping).map(([key, value]) => [
    key,
    inspectorText(`${place}.${key}`, value),
  ]);
  return { inspector: Object.fromEntries(texts) };
}

/** A text, number, switch, or a list of texts. Nothing where nothing is written. */
function inspectorText(place: string, value: unknown): string {
  const values = Array.isArray(value) ? value : [value ?? ''];
  if (values.every((one) => ['string', 'number', 'boolean'].includes(typeof one))) {
    return values.join(',');
  }
  throw wrong(`${place} must be a text, a number or a list of texts`);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(reason: string): Failure {
  const hint = 'the file may hold two lines: server: https://relay.example.com and api_key: KEY';
  return programFailure('SELLIA_CONFIG_INVALID', reason, [hint]);
}
