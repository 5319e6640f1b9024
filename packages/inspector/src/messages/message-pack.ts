import { decode, ExtData } from '@msgpack/msgpack';
import { hexText } from './hex-dump.ts';
import { isMessagePack } from './message-pack-shape.ts';
import { Bare, Marked, type Value, ValueMap } from './value-text.ts';

/** Bytes of a key that is neither text nor a number. */
const KEY_SHOWN = 16;

/**
 * The value of a MessagePack message: one map or array, whole. Undefined for anything else, which is
 * how such messages are told from other bytes: nothing marks them. Never throws.
 */
export function readMessagePack(bytes: Uint8Array): Value {
  if (!isMessagePack(bytes)) return undefined;
  try {
    return readable(decode(bytes, { useBigInt64: true, mapKeyConverter: markKey }));
  } catch {
    return undefined;
  }
}

/** A mark in front keeps keys that look like numbers in their place, and tells the two apart. */
function markKey(key: unknown): string {
  if (key instanceof Uint8Array) return `xh'${hexText(key, KEY_SHOWN)}'`;
  return typeof key === 'string' ? `s${key}` : `x${String(key)}`;
}

function readable(value: unknown): Value {
  if (Array.isArray(value)) return value.map(readable);
  if (value instanceof ExtData) return new Marked(`extension ${value.type}`, extension(value));
  if (value instanceof Uint8Array || value instanceof Date) return value;
  if (typeof value !== 'object' || value === null) return value as Value;
  return new ValueMap(Object.entries(value).map(([key, one]) => [keyOf(key), readable(one)]));
}

function keyOf(key: string): Value {
  return key.startsWith('s') ? key.slice(1) : new Bare(key.slice(1));
}

function extension({ data }: ExtData): Value {
  return typeof data === 'function' ? null : data;
}
