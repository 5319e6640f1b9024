import {
  durationText,
  type Palette,
  type Shown,
  type Styled,
  shortened,
  sizeText,
  styled,
} from '@sellia/terminal';
import type { RequestEvent, SocketCloseEvent, SocketOpenEvent } from '../events.ts';

/** Answers that took longer are marked. */
const SLOW_MS = 1000;

/** A method is any token: a long one must not push the path off the line. */
const METHOD_COLUMNS = 16;

/** A path is never cut to less than this, however narrow the terminal. */
const PATH_COLUMNS_MIN = 10;

/** `GET /path 200 12ms`, or the code of the failure where there was no answer. */
export function requestLine(event: RequestEvent, palette: Palette, columns: number): Styled {
  const method = shortened(event.method, METHOD_COLUMNS);
  const status = event.status === null ? '' : ` ${event.status}`;
  const duration = ` ${durationText(event.durationMs)}`;
  const code = event.code === null ? '' : ` ${event.code}`;
  const taken = `${method} ${status}${duration}${code}`.length;
  const path = pathText(event.path, columns - taken);
  const paintDuration = event.durationMs > SLOW_MS ? palette.yellow : palette.dim;
  const ending = styled`${paintStatus(event.status, status, palette)}${paintDuration(duration)}`;
  return styled`${paintMethod(event.method, method, palette)} ${path}${ending}${palette.red(code)}`;
}

/** `WS open /path (subprotocol)`. */
export function socketOpenLine(event: SocketOpenEvent, palette: Palette, columns: number): Styled {
  const protocol = event.protocol === null ? '' : ` (${shortened(event.protocol, 40)})`;
  const path = pathText(event.path, columns - 'WS open '.length - protocol.length);
  return styled`${palette.magenta('WS open')} ${path}${palette.dim(protocol)}`;
}

/** `WS close 1006 /path 3m12s up 1.2MB down 9.0kB`. */
export function socketCloseLine(
  event: SocketCloseEvent,
  palette: Palette,
  columns: number,
): Styled {
  const amounts = ` ${durationText(event.durationMs)} up ${sizeText(event.bytesIn)} down ${sizeText(event.bytesOut)}`;
  const code = event.code === null ? '' : ` ${event.code}`;
  const taken = `WS close ${event.closeCode} ${amounts}${code}`.length;
  const path = pathText(event.path, columns - taken);
  const head = palette.magenta(`WS close ${event.closeCode}`);
  return styled`${head} ${path}${palette.dim(amounts)}${palette.red(code)}`;
}

/** A target is bytes, held as latin1: shown as UTF-8 where it is that. */
function pathText(target: string, columns: number): string {
  return shortened(asUtf8(target), Math.max(columns, PATH_COLUMNS_MIN));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function asUtf8(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  try {
    return strictUtf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}

function paintMethod(method: string, shown: Shown, palette: Palette): Styled {
  if (method === 'GET') return palette.green(shown);
  if (method === 'POST') return palette.blue(shown);
  if (method === 'PUT' || method === 'PATCH') return palette.yellow(shown);
  if (method === 'DELETE') return palette.red(shown);
  return styled`${shown}`;
}

function paintStatus(status: number | null, shown: string, palette: Palette): Styled {
  if (status === null || status >= 500) return palette.red(shown);
  if (status >= 400) return palette.yellow(shown);
  if (status >= 300) return palette.cyan(shown);
  return palette.green(shown);
}
