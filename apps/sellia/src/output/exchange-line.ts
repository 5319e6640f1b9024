import { closeCode, type ExchangeRow, type SocketFlow } from '@sellia/inspector/browser';
import {
  durationText,
  type Palette,
  type Styled,
  shortened,
  sizeText,
  styled,
  timeOfDay,
} from '@sellia/terminal';
import { paintMethod, paintStatus, pathText } from './exchange-paint.ts';

const STATUS_COLUMNS = 7;
const METHOD_COLUMNS = 7;
const DURATION_COLUMNS = 7;
const SIZE_COLUMNS = 8;
const NAME_COLUMNS = 20;
const REASON_COLUMNS = 40;

export interface LineStyle {
  readonly palette: Palette;
  /** Width of the terminal; undefined off it, where paths stay whole. */
  readonly columns: number | undefined;
  /** Rows are of several tunnels. */
  readonly hasTunnel: boolean;
}

/** Widest path where nothing wraps. */
const COLUMNS_OFF_TERMINAL = 240;

/** `14:05:09 c194b71 200     GET     /path  12ms  1.2kB  api`. */
export function exchangeLine(row: ExchangeRow, style: LineStyle): Styled {
  const { palette, columns = COLUMNS_OFF_TERMINAL } = style;
  const time = timeOfDay(new Date(row.startedAt));
  const status = stateText(row).padEnd(STATUS_COLUMNS);
  const method = shortened(methodText(row), METHOD_COLUMNS).padEnd(METHOD_COLUMNS);
  const end = ending(row, style);
  const head = `${time} ${row.id} ${status} ${method} `;
  const room = columns - head.length - end.length;
  const path = pathText(row.target, room);
  const padding = style.columns === undefined ? '' : ' '.repeat(Math.max(0, room - path.length));
  const state = paintStatus(statusOf(row), status, palette);
  const name = paintMethod(row.method, method, palette);
  const paint = row.failure === undefined ? palette.dim : palette.red;
  return styled`${palette.dim(time)} ${row.id} ${state} ${name} ${path}${padding}${paint(end)}`;
}

/** Of an upgraded connection its state, of everything else its status, where it has one. */
function stateText({ kind, state, status }: ExchangeRow): string {
  const isUpgraded = kind !== 'http' && state !== 'rejected';
  return isUpgraded || status === 0 ? state : String(status);
}

/** As a colour: a WebSocket that is well is no error. */
function statusOf({ failure, status }: ExchangeRow): number | null {
  return failure === undefined ? status : null;
}

function methodText({ kind, method }: ExchangeRow): string {
  return kind === 'websocket' ? 'WS' : method;
}

function ending(row: ExchangeRow, { hasTunnel }: LineStyle): string {
  const duration = row.durationMs < 0 ? '-' : durationText(row.durationMs);
  const parts = [
    duration.padStart(DURATION_COLUMNS),
    row.socket === undefined
      ? sizeText(row.responseBytes).padStart(SIZE_COLUMNS)
      : `up ${flowText(row.socket.up)} down ${flowText(row.socket.down)}`,
    ...(hasTunnel ? [shortened(row.tunnel, NAME_COLUMNS)] : []),
    ...closeTexts(row),
    ...(row.failure === undefined ? [] : [shortened(row.failure.code, REASON_COLUMNS)]),
  ];
  return ` ${parts.join(' ')}`;
}

/** Messages and bytes. */
export function flowText({ messages, bytes }: SocketFlow): string {
  return `${messages}/${sizeText(bytes)}`;
}

function closeTexts({ socket }: ExchangeRow): string[] {
  const close = socket?.close;
  return close === undefined ? [] : [`${close.code} ${closeCode(close.code).name}`];
}
