import type { ImageSize } from './image-size.ts';

/** Segments before the frame header: pictures have some ten. */
const SEGMENTS_MAX = 1000;

/**
 * From the frame header (ITU T.81 section B.2.2), found by going from segment to segment. Undefined
 * if there is none in the first segments; throws a RangeError where the bytes end before it.
 */
export function jpegSize(view: DataView): ImageSize | undefined {
  let at = 2;
  for (let i = 0; i < SEGMENTS_MAX; i++) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Fill bytes, and markers without content.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15, without the three in between that are tables (DHT, JPG, DAC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
