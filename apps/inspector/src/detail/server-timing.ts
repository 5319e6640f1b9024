/** What an app says about its own time (W3C Server Timing). */
export interface ServerTime {
  readonly name: string;
  /** Milliseconds; -1 where it told none. */
  readonly ms: number;
  readonly description: string;
}

/** Entries that are read of one answer. */
const ENTRIES_MAX = 100;
/** `name`, then parameters; texts between quotes may hold commas and semicolons. */
const ENTRY =
  /([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100})((?:\s*;\s*[a-zA-Z]{1,20}(?:\s*=\s*(?:"[^"]{0,500}"|[^",;\s]{0,100}))?)*)/g;
const PARAMETER = /;\s*([a-zA-Z]{1,20})\s*=\s*(?:"([^"]{0,500})"|([^",;\s]{0,100}))/g;

/** Reads values of `Server-Timing`. Never throws. */
export function serverTimes(values: readonly string[]): ServerTime[] {
  const times: ServerTime[] = [];
  for (const value of values) {
    for (const [, name = '', rest = ''] of value.slice(0, 16_384).matchAll(ENTRY)) {
      if (times.length === ENTRIES_MAX) return times;
      times.push(timeOf(name, rest));
    }
  }
  return times;
}

function timeOf(name: string, rest: string): ServerTime {
  let ms = -1;
  let description = '';
  for (const [, key = '', quoted, plain] of rest.matchAll(PARAMETER)) {
    const value = quoted ?? plain ?? '';
    if (/^dur$/i.test(key) && /^\d{1,12}(?:\.\d{1,12})?$/.test(value)) ms = Number(value);
    if (/^desc$/i.test(key)) description = value;
  }
  return { name, ms, description };
}
