import * as zlib from 'node:zlib';

/** Codings that are undone in a row; more is a trick. */
export const CODINGS_MAX = 4;

/** RFC 9659 section 3: what a `zstd` content coding may ask its receiver to hold (8 MiB). */
const ZSTD_WINDOW_LOG_MAX = 23;

/** Output that one call into the library may make before it is asked whether that was enough. */
const CHUNK = 64 * 1024;

/** `deflate-raw` has no name on the wire: it is what some servers send as `deflate`. */
export type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br' | 'zstd';

export type Decoder = ReturnType<typeof zlib.createGunzip>;

/** The members of a `Content-Encoding` header as they were applied, without `identity`. */
export function codingNames(header: string): string[] {
  return header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
}

/** What `name` means, or undefined if nothing here undoes it. */
export function codingOf(name: string): Coding | undefined {
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  if (name === 'deflate' || name === 'br') return name;
  return name === 'zstd' && hasZstd() ? 'zstd' : undefined;
}

/** Asked of the library itself: a Node may be built without it. */
function hasZstd(): boolean {
  return typeof zlib.createZstdDecompress === 'function';
}

/**
 * A fresh decoder. With `isWholeWanted`, an end within the stream is an error; without, it is an end
 * like any other, and what was understood until there is given.
 */
export function createDecoder(coding: Coding, isWholeWanted: boolean): Decoder {
  const { constants } = zlib;
  if (coding === 'br') {
    const { BROTLI_OPERATION_FINISH, BROTLI_OPERATION_FLUSH } = constants;
    const finishFlush = isWholeWanted ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH;
    return zlib.createBrotliDecompress({ chunkSize: CHUNK, finishFlush });
  }
  if (coding === 'zstd') {
    const finishFlush = isWholeWanted ? constants.ZSTD_e_end : constants.ZSTD_e_flush;
    const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX };
    return zlib.createZstdDecompress({ chunkSize: CHUNK, finishFlush, params });
  }
  const finishFlush = isWholeWanted ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const options = { chunkSize: CHUNK, finishFlush };
  if (coding === 'gzip') return zlib.createGunzip(options);
  return coding === 'deflate' ? zlib.createInflate(options) : zlib.createInflateRaw(options);
}
