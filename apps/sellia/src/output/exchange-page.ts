import {
  closeCode,
  type ExchangeDetail,
  type ExchangeRow,
  type HeaderLines,
  type MessageDetail,
} from '@sellia/inspector/browser';
import { durationText, type Palette, type Shown, sizeText, styled } from '@sellia/terminal';
import { flowText } from './exchange-line.ts';
import { asUtf8 } from './exchange-paint.ts';

/** Decoded bodies, as far as they were kept. */
export interface ExchangeBodies {
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

/** One exchange, whole: what was asked, what was answered, what went wrong. */
export function exchangePage(
  { row, request, response, note }: ExchangeDetail,
  bodies: ExchangeBodies,
  palette: Palette,
): Shown[] {
  const status = `${row.status} ${asUtf8(row.reason)}`.trimEnd();
  const answered = row.firstByteMs < 0 ? '' : ` after ${durationText(row.firstByteMs)}`;
  return [
    ...factLines(row, note, palette),
    '',
    palette.bold(`${row.method} ${asUtf8(row.target)}`),
    ...messageLines(request, bodies.request, palette),
    '',
    ...(row.status === 0
      ? [palette.dim('no answer')]
      : [
          styled`${palette.bold(status)}${palette.dim(answered)}`,
          ...messageLines(response, bodies.response, palette),
        ]),
  ];
}

function factLines(row: ExchangeRow, note: string, palette: Palette): Shown[] {
  const fact = (name: string, text: string): Shown => styled`${palette.dim(name)} ${text}`;
  const { durationMs, failure, replayOf, visitor, socket } = row;
  const lines = [
    fact('exchange', `${row.id} of ${row.tunnel}, ${row.state}`),
    fact('begun', new Date(row.startedAt).toISOString()),
    fact('url', `${row.scheme}://${row.host}${asUtf8(row.target)}`),
  ];
  if (durationMs >= 0) lines.push(fact('took', durationText(durationMs)));
  if (visitor !== '') lines.push(fact('visitor', visitor));
  if (replayOf !== '') lines.push(fact('repeats', replayOf));
  if (failure !== undefined) {
    lines.push(styled`${palette.red(failure.code)} ${failure.side}: ${failure.reason}`);
  }
  if (socket !== undefined) {
    lines.push(fact('messages', `up ${flowText(socket.up)} down ${flowText(socket.down)}`));
  }
  if (socket?.close !== undefined) {
    const { code, reason, side } = socket.close;
    const { name, meaning } = closeCode(code);
    const said = reason === '' ? '' : ` "${reason}"`;
    lines.push(fact('closed', `${code} ${name}${said} by the ${side}: ${meaning}`));
  }
  if (note !== '') lines.push(fact('note', note));
  return lines;
}

function messageLines(message: MessageDetail, body: Uint8Array, palette: Palette): Shown[] {
  return [
    ...headerLines(message.headers, palette),
    ...bodyLines(message, body, palette),
    ...headerLines(message.trailers, palette),
  ];
}

function headerLines(lines: HeaderLines, palette: Palette): Shown[] {
  return lines.flatMap((name, i) =>
    i % 2 === 0 ? [styled`${palette.cyan(name)}: ${asUtf8(lines[i + 1] ?? '')}`] : [],
  );
}

function bodyLines({ body }: MessageDetail, bytes: Uint8Array, palette: Palette): Shown[] {
  if (body.bytes === 0) return [];
  const text = textOf(bytes);
  const type = body.type === '' ? 'no type' : body.type;
  const what = `${sizeText(body.bytes)} of ${type}`;
  if (text === undefined) return ['', palette.dim(`(${what}; --raw writes it to a file or pipe)`)];
  const lines = text.replace(/\n$/, '').split('\n');
  const cut = `(of ${sizeText(body.bytes)} the first ${sizeText(body.keptBytes)} were kept)`;
  return ['', ...lines.map(plain), ...(body.keptBytes < body.bytes ? [palette.dim(cut)] : [])];
}

/** Tabs and line ends are layout; everything else that is not seen is escaped when printed. */
function plain(line: string): string {
  return line.replace(/\r$/, '').replaceAll('\t', '    ');
}

/** Undefined for what is no text. A character that a limit has cut is none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
