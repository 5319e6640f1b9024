import {
  durationText,
  type Palette,
  type Styled,
  shortened,
  sizeText,
  styled,
} from '@sellia/terminal';
import type { RequestEvent, SocketCloseEvent, SocketOpenEvent } from '../events.ts';
import { paintMethod, paintStatus, pathText } from './exchange-paint.ts';

/** Answers that took longer are marked. */
const SLOW_MS = 1000;

/** A method is any token: a long one must not push the path off the line. */
const METHOD_COLUMNS = 16;

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
