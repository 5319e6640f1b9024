import { hexText } from './hex-dump.ts';
import { TextOutput } from './text-output.ts';

/** Levels that a decoded value may have; decoders refuse more. */
export const DEPTH_MAX = 32;
/** Values that one message may hold; decoders refuse more. */
export const ITEMS_MAX = 10_000;
/** Bytes of a byte string that are written out. */
const BYTES_SHOWN = 64;

/** A value with a mark: a tag of CBOR, an extension type of MessagePack. */
export class Marked {
  /** `tag 32`, `extension 5`. */
  readonly mark: string;
  readonly value: Value;

  constructor(mark: string, value: Value) {
    this.mark = mark;
    this.value = value;
  }
}

/** Written as it stands: a key that no other kind of value is. */
export class Bare {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What binary formats hold beyond JSON. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | Uint8Array
  | Marked
  | Bare
  | Value[]
  | ValueMap;

/** Keys in their order; of any kind, and as often as they came. */
export class ValueMap {
  readonly entries: readonly (readonly [key: Value, value: Value])[];

  constructor(entries: readonly (readonly [key: Value, value: Value])[]) {
    this.entries = entries;
  }
}

type Scalar = Exclude<Value, Value[] | ValueMap | Marked>;

/** Like JSON, with `h'00ff'` for bytes and `mark(value)` for marked ones; at most `most` characters. */
export function valueText(value: Value, most: number): string {
  const out = new TextOutput(most);
  write(value, out, 0);
  return out.toString();
}

function write(value: Value, out: TextOutput, level: number): void {
  if (out.isCut) return;
  if (Array.isArray(value)) writeArray(value, out, level);
  else if (value instanceof ValueMap) writeMap(value, out, level);
  else if (value instanceof Marked) {
    out.add(`${value.mark}(`);
    write(value.value, out, level);
    out.add(')');
  } else out.add(scalarText(value as Scalar));
}

function writeArray(items: readonly Value[], out: TextOutput, level: number): void {
  out.add('[');
  items.forEach((item, i) => {
    out.line(level + 1);
    write(item, out, level + 1);
    if (i + 1 < items.length) out.add(',');
  });
  if (items.length > 0) out.line(level);
  out.add(']');
}

function writeMap({ entries }: ValueMap, out: TextOutput, level: number): void {
  out.add('{');
  entries.forEach(([key, value], i) => {
    out.line(level + 1);
    write(key, out, level + 1);
    out.add(': ');
    write(value, out, level + 1);
    if (i + 1 < entries.length) out.add(',');
  });
  if (entries.length > 0) out.line(level);
  out.add('}');
}

function scalarText(value: Scalar): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'a time out of range' : value.toISOString();
  }
  if (value instanceof Bare) return value.text;
  return Object.is(value, -0) ? '-0' : String(value);
}

function bytesText(bytes: Uint8Array): string {
  const hex = hexText(bytes, BYTES_SHOWN);
  return bytes.length > BYTES_SHOWN ? `h'${hex}…' (${bytes.length} bytes)` : `h'${hex}'`;
}
