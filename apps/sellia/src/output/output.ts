import type { Writable } from 'node:stream';
import {
  type ColorChoice,
  type Environment,
  type Failure,
  fullText,
  LineWriter,
  type Loss,
  Palette,
  wantsColor,
} from '@sellia/terminal';
import type { TunnelEvent } from '../events.ts';
import { JsonOutput } from './json-output.ts';
import { TextOutput } from './text-output.ts';

/** What the user gets to see. */
export interface Output {
  tell(event: TunnelEvent): void;
  warn(text: string): void;
  /** Why the program ends. */
  fail(failure: Failure): void;
  /** The stack of what nobody foresaw, for those who asked for it. */
  trace(error: unknown): void;
  /** Settles when all of it has been read, or when nobody reads. */
  flushed(): Promise<void>;
}

/** `process.stdout` or `process.stderr`. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface OutputChoice {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  readonly color: ColorChoice;
  readonly json: boolean;
  /** Nobody reads stdout any more. */
  readonly onGone: () => void;
}

export const COLUMNS_UNKNOWN = 80;

/**
 * stdout belongs to whoever reads it: a person at a terminal gets everything there; a program gets
 * the public URL alone, or NDJSON, and the rest goes to stderr.
 */
export function createOutput({ stdout, stderr, env, color, json, onGone }: OutputChoice): Output {
  const notes = new LineWriter(stderr);
  const onLoss = (loss: Loss): void => {
    if (loss.kind === 'full') notes.print(fullText('stdout', loss));
    else onGone();
  };
  const results = new LineWriter(stdout, onLoss, json ? lossEvent : undefined);
  const paletteOf = ({ isTTY = false }: OutputStream): Palette =>
    new Palette(wantsColor(color, isTTY, env), isTTY);
  if (json) return new JsonOutput({ results, notes, palette: paletteOf(stderr) });
  const page = stdout.isTTY ? stdout : stderr;
  return new TextOutput({
    results,
    notes,
    isInteractive: stdout.isTTY === true,
    isLive: stdout.isTTY === true && env.TERM !== 'dumb',
    palette: paletteOf(page),
    notesPalette: paletteOf(stderr),
    // Some terminals say 0: they do not know.
    columns: () => (page.isTTY ? page.columns || COLUMNS_UNKNOWN : undefined),
  });
}

function lossEvent(lines: number): string {
  return JSON.stringify({
    v: 1,
    event: 'lost',
    time: new Date().toISOString(),
    tunnel: null,
    lines,
  });
}
