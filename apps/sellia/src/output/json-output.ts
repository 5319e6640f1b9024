import {
  asciiJson,
  type Failure,
  failureFields,
  type LineWriter,
  type Palette,
  Styled,
  stackLines,
  styled,
} from '@sellia/terminal';
import { EVENTS_VERSION, type TunnelEvent } from '../events.ts';
import type { Output } from './output.ts';

interface JsonOutputParts {
  /** Gets one JSON object a line and nothing else. */
  readonly results: LineWriter;
  readonly notes: LineWriter;
  /** Of `notes`. */
  readonly palette: Palette;
}

export class JsonOutput implements Output {
  readonly #parts: JsonOutputParts;
  #tunnel: string | null = null;

  constructor(parts: JsonOutputParts) {
    this.#parts = parts;
  }

  tell(event: TunnelEvent): void {
    if (event.event === 'ready') this.#tunnel = event.tunnel;
    const { event: name, ...facts } = event;
    this.#print(name, facts);
  }

  warn(text: string): void {
    this.#parts.notes.print(styled`${this.#parts.palette.yellow('warning')}: ${text}`);
  }

  fail(failure: Failure): void {
    this.#print('error', failureFields(failure));
  }

  trace(error: unknown): void {
    this.#parts.notes.print(...stackLines(error));
  }

  async flushed(): Promise<void> {
    await Promise.all([this.#parts.results.flushed(), this.#parts.notes.flushed()]);
  }

  #print(event: string, facts: object): void {
    const time = new Date().toISOString();
    const line = { v: EVENTS_VERSION, event, time, tunnel: this.#tunnel, ...facts };
    this.#parts.results.print(new Styled(asciiJson(JSON.stringify(line))));
  }
}
