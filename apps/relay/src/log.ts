import {
  asciiJson,
  type Palette,
  printable,
  type Shown,
  Styled,
  styled,
  timeOfDay,
} from '@sellia/terminal';
import { pino } from 'pino';
import type { LogLevel } from './log-level.ts';

/** What the program logs with. Fields first, then the message, as pino has it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  isLevelEnabled(level: string): boolean;
}

interface LogChoice {
  readonly level: LogLevel;
  /** Colours of stderr, when people read it; undefined writes JSON. */
  readonly palette: Palette | undefined;
  /** Takes a finished line. */
  readonly print: (line: Shown) => void;
}

/** The only import of pino. */
export function createLog({ level, palette, print }: LogChoice): Log {
  const show = (line: string): Styled =>
    palette === undefined ? new Styled(asciiJson(line.trimEnd())) : readableLine(line, palette);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => print(show(line)) },
  );
}

/** `[12:00:01] info  tunnel opened  name=api visitor=…`. */
function readableLine(line: string, palette: Palette): Styled {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const name = pino.levels.labels[Number(level)] ?? '';
  const at = palette.dim(`[${timeOfDay(new Date(String(time)))}]`);
  return styled`${at} ${paintLevel(name, palette)} ${String(msg)}${fieldsText(fields, palette)}`;
}

function paintLevel(name: string, palette: Palette): Styled {
  const text = name.padEnd(5);
  if (name === 'error' || name === 'fatal') return palette.red(text);
  if (name === 'warn') return palette.yellow(text);
  return name === 'info' ? palette.green(text) : palette.dim(text);
}

function fieldsText(fields: Record<string, unknown>, palette: Palette): Styled {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${valueText(value)}`);
  return palette.dim(new Styled(pairs.map(printable).join('')));
}

function valueText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
