import type { BodyFacts } from '../exchange/detail.ts';
import { type HeaderLines, headerText } from '../exchange/header-lines.ts';
import { fromBase64 } from './har-body.ts';
import { BODY_MAX, NAME_MAX } from './import-limits.ts';
import { type JsonRecord, readNumber, readText } from './json-record.ts';

/** A body out of a file. */
export interface ImportedBody {
  readonly bytes: Uint8Array;
  readonly facts: BodyFacts;
  readonly isDecoded: boolean;
}

/** Characters of Base64 for `BODY_MAX` bytes. */
const BASE64_MAX = Math.ceil(BODY_MAX / 3) * 4;

/** `content` of a response, `_content` or `postData` of a request. `bodySize` as it travelled. */
export function importBody(
  content: JsonRecord,
  headers: HeaderLines,
  bodySize: number,
  status: string,
): ImportedBody {
  const { bytes, isCut } = contentBytes(content);
  const encoded = readText(content, '_encoded', NAME_MAX);
  const type = headerText(headers, 'content-type') || readText(content, 'mimeType', NAME_MAX);
  const isTruncated = isCut || status !== '';
  const facts = {
    bytes: isTruncated ? Math.max(bodySize, bytes.length + 1) : bytes.length,
    keptBytes: bytes.length,
    expectedBytes: -1,
    // Bytes that are decoded already are not to be decoded again.
    encoding: encoded,
    type,
  };
  return { bytes, facts, isDecoded: encoded === '' };
}

function contentBytes(content: JsonRecord): { bytes: Uint8Array; isCut: boolean } {
  if (readText(content, 'encoding', NAME_MAX).toLowerCase() === 'base64') {
    const text = readText(content, 'text', BASE64_MAX + 1);
    const bytes = fromBase64(text.slice(0, BASE64_MAX));
    return {
      bytes: bytes ?? new Uint8Array(),
      isCut: bytes === undefined || text.length > BASE64_MAX,
    };
  }
  const text = readText(content, 'text', BODY_MAX + 1);
  const bytes = new TextEncoder().encode(text);
  return { bytes: bytes.subarray(0, BODY_MAX), isCut: bytes.length > BODY_MAX };
}

/** Bytes as they travelled; those of the text where the file does not say. */
export function bodySizeOf(message: JsonRecord): number {
  return Math.max(0, readNumber(message, 'bodySize', 0));
}
