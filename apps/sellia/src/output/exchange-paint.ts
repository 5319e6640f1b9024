import { type Palette, type Shown, type Styled, shortened, styled } from '@sellia/terminal';

/** A path is never cut to less than this, however narrow the terminal. */
const PATH_COLUMNS_MIN = 10;

/** A target is bytes, held as latin1: shown as UTF-8 where it is that, in so many columns. */
export function pathText(target: string, columns: number): string {
  return shortened(asUtf8(target), Math.max(columns, PATH_COLUMNS_MIN));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes, held as latin1, as UTF-8 where they are that. */
export function asUtf8(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  try {
    return strictUtf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}

export function paintMethod(method: string, shown: Shown, palette: Palette): Styled {
  if (method === 'GET') return palette.green(shown);
  if (method === 'POST') return palette.blue(shown);
  if (method === 'PUT' || method === 'PATCH') return palette.yellow(shown);
  if (method === 'DELETE') return palette.red(shown);
  return styled`${shown}`;
}

export function paintStatus(status: number | null, shown: string, palette: Palette): Styled {
  if (status === null || status >= 500) return palette.red(shown);
  if (status >= 400) return palette.yellow(shown);
  if (status >= 300) return palette.cyan(shown);
  return palette.green(shown);
}
