import { type Coding, createDecoder } from './codings.ts';

/** What one pass of a decoder over some bytes came to. */
export interface Run {
  readonly bytes: Uint8Array;
  /** There was more than `maxBytes`; the rest was not made. */
  readonly isTooLarge: boolean;
  /** Index of the piece that the decoder refused; -1 if it took all. */
  readonly refusedPiece: number;
  /** Input bytes that the decoder wanted; fewer than given if the stream ended before them. */
  readonly consumed: number;
}

export interface RunOptions {
  readonly coding: Coding;
  /** Of output. */
  readonly maxBytes: number;
  /** Then an end within the stream is refused with the last piece. */
  readonly isWholeWanted: boolean;
}

/**
 * Decodes `pieces` one after the other. The library drops what it made of the piece in which it
 * finds a fault, so how much is saved depends on how small that piece is. Never rejects.
 */
export function run(pieces: readonly Uint8Array[], options: RunOptions): Promise<Run> {
  const { coding, maxBytes, isWholeWanted } = options;
  const decoder = createDecoder(coding, isWholeWanted);
  const chunks: Uint8Array[] = [];
  let made = 0;
  let piece = 0;
  return new Promise((resolve) => {
    const finish = (refusedPiece: number): void => {
      const consumed = decoder.bytesWritten;
      decoder.destroy();
      resolve({
        bytes: joined(chunks, Math.min(made, maxBytes)),
        isTooLarge: made > maxBytes,
        refusedPiece,
        consumed,
      });
    };
    decoder.on('data', (chunk: Uint8Array) => {
      chunks.push(chunk);
      made += chunk.length;
      if (made > maxBytes) finish(-1);
    });
    decoder.on('end', () => finish(-1));
    decoder.on('error', () => finish(Math.min(piece, pieces.length - 1)));
    const writeNext = (): void => {
      const next = pieces[piece];
      if (next === undefined) decoder.end();
      else if (!decoder.destroyed) {
        decoder.write(next, (failure) => {
          if (failure) return;
          piece++;
          writeNext();
        });
      }
    };
    writeNext();
  });
}

/** The first `length` bytes of `chunks`, one behind the other. */
export function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, length - at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
