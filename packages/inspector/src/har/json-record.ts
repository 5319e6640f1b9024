/** Reads JSON of strangers: whatever stands there, the asked-for type comes out. */

export type JsonRecord = Readonly<Record<string, unknown>>;

const EMPTY: JsonRecord = Object.freeze({});

/** An object of JSON; an empty one in place of anything else. */
export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : EMPTY;
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Its own properties only: nothing is inherited. */
function own(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export function readRecord(record: JsonRecord, name: string): JsonRecord {
  return recordOf(own(record, name));
}

export function hasRecord(record: JsonRecord, name: string): boolean {
  return isRecord(own(record, name));
}

/** Cut to `most` characters; empty where there is no text. */
export function readText(record: JsonRecord, name: string, most: number): string {
  const value = own(record, name);
  return typeof value === 'string' ? value.slice(0, most) : '';
}

/** A finite number, or `otherwise`. */
export function readNumber(record: JsonRecord, name: string, otherwise: number): number {
  const value = own(record, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/** A whole number from 0 up, or 0. */
export function readCount(record: JsonRecord, name: string): number {
  const value = readNumber(record, name, 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** The first `most` of a list; none where there is no list. */
export function readList(record: JsonRecord, name: string, most: number): readonly unknown[] {
  const value = own(record, name);
  return Array.isArray(value) ? value.slice(0, most) : [];
}

/** One of the texts in `allowed`, or `otherwise`. */
export function readChoice<const Choice extends string>(
  record: JsonRecord,
  name: string,
  allowed: readonly Choice[],
  otherwise: Choice,
): Choice {
  const value = own(record, name);
  return allowed.find((choice) => choice === value) ?? otherwise;
}
