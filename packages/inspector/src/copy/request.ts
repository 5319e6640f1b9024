import type { HeaderLines } from '../exchange/header-lines.ts';
import type { MoreSecrets } from './secrets.ts';

/** A request that is to be written down for another program to send. */
export interface CopyRequest {
  readonly method: string;
  /** Absolute, `http` or `https`; the target raw, as the visitor sent it. */
  readonly url: string;
  /** As received: one character, one byte. */
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
  /** `body` is but its beginning. */
  readonly isBodyTruncated: boolean;
}

/** Beside the text: its bytes must be saved under `name` where the text is run. */
export interface CopiedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is put on the clipboard. */
export interface Copied {
  /** Printable: no control character but line feeds (and the CR LF of raw HTTP). */
  readonly text: string;
  /** Sentences: in what the text differs from the request. */
  readonly warnings: readonly string[];
  readonly file?: CopiedFile;
}

export interface CopyOptions {
  /** Replaces secrets in headers, URL and body (`secrets.ts`). Default false. */
  readonly masksSecrets?: boolean;
  /** Names of secrets beside the known ones. */
  readonly more?: MoreSecrets;
}

/** Name under which a body is saved that no command line can carry. */
export const BODY_FILE = 'body.bin';

/** Bytes of a body in the text. One argument may have 128 KiB on Linux; more is no use to a reader. */
export const INLINE_BODY_MAX = 64 * 1024;
