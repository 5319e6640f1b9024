import type { ImageSize } from './image-size.ts';
import { SNIFF_MAX } from './magic.ts';

const ATTRIBUTE = /\s(width|height|viewBox)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** From `width` and `height` of the first `svg` tag in pixels, else from its `viewBox`. */
export function svgSize(bytes: Uint8Array): ImageSize | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, SNIFF_MAX));
  const start = text.search(/<svg[\s>]/i);
  const attributes = start < 0 ? new Map<string, string>() : attributesOf(text.slice(start));
  const width = pixels(attributes.get('width'));
  const height = pixels(attributes.get('height'));
  if (width !== undefined && height !== undefined) return { width, height };
  const [, , boxWidth, boxHeight] = (attributes.get('viewBox') ?? '').trim().split(/[\s,]+/);
  const box = { width: pixels(boxWidth), height: pixels(boxHeight) };
  if (box.width === undefined || box.height === undefined) return undefined;
  return { width: box.width, height: box.height };
}

function attributesOf(beginning: string): Map<string, string> {
  const [tag = ''] = beginning.split('>', 1);
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of tag.matchAll(ATTRIBUTE)) {
    if (!attributes.has(name)) attributes.set(name, double ?? single ?? '');
  }
  return attributes;
}

/** Undefined for other units, such as `100%`, which say nothing of pixels. */
function pixels(text: string | undefined): number | undefined {
  const [, number] = /^\s*(\d{1,9}(?:\.\d{1,9})?)(?:px)?\s*$/.exec(text ?? '') ?? [];
  return number === undefined ? undefined : Number(number);
}
