import {
  durationText,
  type Failure,
  failureLines,
  type LineWriter,
  type Palette,
  type Shown,
  stackLines,
  styled,
  timeOfDay,
} from '@sellia/terminal';
import type { ReadyEvent, StatusEvent, TunnelEvent } from '../events.ts';
import { VERSION } from '../version.ts';
import { banner } from './banner.ts';
import type { Output } from './output.ts';
import { nextAttemptText, StatusLine } from './status-line.ts';
import { requestLine, socketCloseLine, socketOpenLine } from './traffic-lines.ts';

interface TextOutputParts {
  /** stdout. */
  readonly results: LineWriter;
  /** stderr. */
  readonly notes: LineWriter;
  /** A person reads stdout: all of the page is printed there. Else stdout gets the URL alone. */
  readonly isInteractive: boolean;
  /** The page is a terminal where a line can be drawn again. */
  readonly isLive: boolean;
  /** Of the page. */
  readonly palette: Palette;
  readonly notesPalette: Palette;
  /** Width of the page now; undefined when it is no terminal. */
  readonly columns: () => number | undefined;
}

/** Widest path where nothing wraps: longer ones say nothing more to a person. */
const COLUMNS_OFF_TERMINAL = 240;

/** Where every attempt would stay to be read, only so many are told of while nothing changes. */
const STILL_AWAY_MS = 60_000;

export class TextOutput implements Output {
  readonly #parts: TextOutputParts;
  readonly #page: LineWriter;
  readonly #statusLine: StatusLine;
  #url: string | undefined;
  /** Of the last line about a link that is missing, and when it was printed. */
  #away: { readonly reason: string; readonly at: number } | undefined;

  constructor(parts: TextOutputParts) {
    this.#parts = parts;
    this.#page = parts.isInteractive ? parts.results : parts.notes;
    const { palette } = parts;
    const columns = (): number => parts.columns() ?? COLUMNS_OFF_TERMINAL;
    this.#statusLine = new StatusLine({ page: this.#page, palette, columns });
  }

  tell(event: TunnelEvent): void {
    const { palette } = this.#parts;
    const columns = (this.#parts.columns() ?? COLUMNS_OFF_TERMINAL) - '[HH:MM:SS] '.length;
    if (event.event === 'ready') this.#ready(event);
    else if (event.event === 'request') this.#log(requestLine(event, palette, columns));
    else if (event.event === 'ws.open') this.#log(socketOpenLine(event, palette, columns));
    else if (event.event === 'ws.close') this.#log(socketCloseLine(event, palette, columns));
    else this.#status(event);
  }

  warn(text: string): void {
    this.#statusLine.erase();
    this.#parts.notes.print(styled`${this.#parts.notesPalette.yellow('warning')}: ${text}`);
    this.#statusLine.redraw();
  }

  fail(failure: Failure): void {
    this.#statusLine.hide();
    this.#parts.notes.print(...failureLines(failure, this.#parts.notesPalette));
  }

  trace(error: unknown): void {
    this.#statusLine.erase();
    this.#parts.notes.print(...stackLines(error));
    this.#statusLine.redraw();
  }

  async flushed(): Promise<void> {
    await Promise.all([this.#parts.results.flushed(), this.#parts.notes.flushed()]);
  }

  #ready(event: ReadyEvent): void {
    const isFirst = this.#url === undefined;
    this.#url = event.url;
    this.#away = undefined;
    this.#statusLine.hide();
    if (!this.#parts.isInteractive) this.#parts.results.print(event.url);
    const { palette } = this.#parts;
    if (isFirst) this.#page.print(...banner(event, palette, this.#parts.isInteractive));
    else this.#log(styled`public URL is now ${palette.bold(palette.link(event.url))}`);
  }

  #status(event: StatusEvent): void {
    const { status, reason } = event;
    const { palette } = this.#parts;
    if (event.attempt !== undefined) {
      this.#nextAttempt(event);
      return;
    }
    this.#away = undefined;
    this.#statusLine.hide();
    if (this.#url === undefined) {
      if (status === 'connecting') this.#page.print(styled`${palette.bold('Sellia')} v${VERSION}`);
      return;
    }
    const paint = status === 'connected' ? palette.green : palette.yellow;
    const text = reason === '' ? status : `${status}: ${reason}`;
    this.#log(status === 'closed' ? text : paint(text));
  }

  #nextAttempt(event: StatusEvent): void {
    if (this.#parts.isLive) {
      this.#statusLine.show(event);
      return;
    }
    const at = performance.now();
    const { reason, nextTryMs = 0 } = event;
    if (this.#away?.reason === reason && at - this.#away.at < STILL_AWAY_MS) return;
    this.#away = { reason, at };
    const next = `next try in ${durationText(nextTryMs)}`;
    this.#log(this.#parts.palette.yellow(nextAttemptText(event, next)));
  }

  #log(line: Shown): void {
    this.#page.print(styled`${this.#parts.palette.dim(`[${timeOfDay(new Date())}]`)} ${line}`);
    this.#statusLine.redraw();
  }
}
