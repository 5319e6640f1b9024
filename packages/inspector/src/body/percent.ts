/** Text after undoing `%XX`, and whether something in it could not be undone. */
export interface PercentText {
  /** Sequences that are no UTF-8, and a `%` without two digits, stand as they were sent. */
  readonly text: string;
  readonly isBroken: boolean;
}

const RUN = /(?:%[0-9a-fA-F]{2})+/g;
const LONE = /%(?![0-9a-fA-F]{2})/;

/** Undoes percent-encoding. Linear; never throws. */
export function percentDecoded(text: string): PercentText {
  if (!text.includes('%')) return { text, isBroken: false };
  let isBroken = LONE.test(text);
  const decoded = text.replace(RUN, (run) => {
    const bytes = bytesOf(run);
    const whole = asUtf8(bytes);
    if (whole !== undefined) return whole;
    isBroken = true;
    return piecewise(bytes, run);
  });
  return { text: decoded, isBroken };
}

/** Bytes of a run of `%XX`. */
export function bytesOf(run: string): Uint8Array {
  const bytes = new Uint8Array(run.length / 3);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(run.slice(i * 3 + 1, i * 3 + 3), 16);
  return bytes;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function asUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Character by character; what is none keeps its `%XX`. */
function piecewise(bytes: Uint8Array, run: string): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes[at] ?? 0);
    const character = asUtf8(bytes.subarray(at, at + length));
    const taken = character === undefined ? 1 : Math.min(length, bytes.length - at);
    text += character ?? run.slice(at * 3, at * 3 + 3);
    at += taken;
  }
  return text;
}

/** Bytes of the UTF-8 sequence that this byte begins. */
function sequenceLength(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
