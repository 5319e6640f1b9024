import { jpegSize } from './jpeg-size.ts';
import { sniff } from './magic.ts';
import { svgSize } from './svg-size.ts';

/** Pixels; of SVG, what it asks for or the proportions it has. Whatever the bytes claim. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

type Reader = (view: DataView, bytes: Uint8Array) => ImageSize | undefined;

/** Of images in the formats that state it near their beginning, by the media type of their look. */
const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    'image/png': (view) => sizeAt(view.getUint32(16), view.getUint32(20)),
    'image/gif': (view) => sizeAt(view.getUint16(6, true), view.getUint16(8, true)),
    'image/bmp': bitmapSize,
    'image/vnd.microsoft.icon': iconSize,
    'image/webp': webpSize,
    'image/jpeg': (view) => jpegSize(view),
    'image/svg+xml': (_view, bytes) => svgSize(bytes),
  } satisfies Record<string, Reader>),
);

/**
 * Width and height of an image, told from its bytes alone; a beginning is enough. Undefined where
 * they are of no known format, or end before they tell. Never throws.
 */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const read = READERS.get(sniff(bytes)?.type ?? '');
  try {
    return read?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes);
  } catch {
    // A DataView throws behind its end: the image is cut off, or lies.
    return undefined;
  }
}

function sizeAt(width: number, height: number): ImageSize {
  return { width, height };
}

/** OS/2's header has 16 bits each. A negative height means rows from the top. */
function bitmapSize(view: DataView): ImageSize {
  if (view.getUint32(14, true) === 12) {
    return sizeAt(view.getUint16(18, true), view.getUint16(20, true));
  }
  return sizeAt(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true)));
}

/** The largest of its pictures; 0 stands for 256. */
function iconSize(view: DataView): ImageSize | undefined {
  const count = view.getUint16(4, true);
  let largest: ImageSize | undefined;
  for (let i = 0; i < count && 8 + i * 16 <= view.byteLength; i++) {
    const size = sizeAt(view.getUint8(6 + i * 16) || 256, view.getUint8(7 + i * 16) || 256);
    if (largest === undefined || size.width > largest.width) largest = size;
  }
  return largest;
}

/** Lossy, lossless and extended each state it elsewhere (RFC 9649). */
function webpSize(view: DataView): ImageSize | undefined {
  const form = view.getUint8(15);
  if (form === 0x20) {
    return sizeAt(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
  }
  if (form === 0x4c) {
    const bits = view.getUint32(21, true);
    return sizeAt((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  return form === 0x58 ? sizeAt(uint24(view, 24) + 1, uint24(view, 27) + 1) : undefined;
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
}
