/** What a server said in `Server-Timing` (W3C Server Timing section 3). */
export interface ServerMetric {
  readonly name: string;
  /** Milliseconds; -1 where none was told. */
  readonly durationMs: number;
  /** Empty where none was told. */
  readonly description: string;
}

/** Metrics that are read; more is noise. */
export const METRICS_MAX = 100;
/** Characters of a header that are looked at, of a name, and of a description. */
const HEADER_MAX = 64 * 1024;
const TEXT_MAX = 1_000;

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const SPACE = /[ \t]*/y;
/** Digits with a point, as servers write milliseconds. */
const NUMBER = /^\d{1,15}(?:\.\d{0,15})?(?:e[+-]?\d{1,2})?$|^\.\d{1,15}$/i;

/**
 * Reads all lines of the header, joined by commas. What is not understood is passed over up to the next
 * comma or semicolon; of equal parameters the first counts. Linear, never throws.
 */
export function serverTiming(header: string): ServerMetric[] {
  const reader = new Reader(header.slice(0, HEADER_MAX));
  const metrics: ServerMetric[] = [];
  while (!reader.isAtEnd && metrics.length < METRICS_MAX) {
    const name = reader.token();
    const metric = metricOf(name, reader);
    if (name !== '') metrics.push(metric);
    reader.pass(',');
  }
  return metrics;
}

function metricOf(name: string, reader: Reader): ServerMetric {
  const parameters = new Map<string, string>();
  reader.skipTo(';,');
  while (reader.pass(';')) {
    const key = reader.token().toLowerCase();
    const text = reader.pass('=') ? reader.text() : '';
    if (key !== '' && !parameters.has(key)) parameters.set(key, text);
    reader.skipTo(';,');
  }
  const duration = parameters.get('dur') ?? '';
  return {
    name: name.slice(0, TEXT_MAX),
    durationMs: NUMBER.test(duration) ? Number(duration) : -1,
    description: (parameters.get('desc') ?? '').slice(0, TEXT_MAX),
  };
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Empty where none stands. */
  token(): string {
    this.#find(SPACE);
    return this.#find(TOKEN);
  }

  /** A token, or a quoted string without its quotes; one that is not closed ends with the header. */
  text(): string {
    this.#find(SPACE);
    if (this.#text[this.#at] !== '"') return this.token();
    let text = '';
    for (this.#at++; !this.isAtEnd; this.#at++) {
      const character = this.#text[this.#at];
      if (character === '"') break;
      if (character === '\\') this.#at++;
      text += this.#text[this.#at] ?? '';
    }
    this.#at++;
    return text;
  }

  /** Goes behind `character` if it comes next. */
  pass(character: string): boolean {
    this.#find(SPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  skipTo(stops: string): void {
    while (!this.isAtEnd && !stops.includes(this.#text[this.#at] as string)) this.#at++;
  }

  #find(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
