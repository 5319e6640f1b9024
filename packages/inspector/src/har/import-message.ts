import { asLatin1 } from '../copy/text.ts';
import type { MessageDetail } from '../exchange/detail.ts';
import type { HeaderLines } from '../exchange/header-lines.ts';
import { bodySizeOf, importBody } from './import-body.ts';
import { HEADERS_MAX, NAME_MAX, TEXT_MAX } from './import-limits.ts';
import {
  hasRecord,
  type JsonRecord,
  readList,
  readRecord,
  readText,
  recordOf,
} from './json-record.ts';

/** One direction of an exchange out of a file. */
export interface ImportedMessage {
  readonly detail: MessageDetail;
  readonly bytes: Uint8Array;
  readonly isDecoded: boolean;
}

export function importRequest(request: JsonRecord): ImportedMessage {
  const name = hasRecord(request, '_content') ? '_content' : 'postData';
  const status = readText(request, '_requestBodyStatus', NAME_MAX);
  // That status says only where the body stands.
  const isElsewhere = name === '_content' && status === 'discarded:not-representable';
  return importMessage(request, readRecord(request, name), isElsewhere ? '' : status);
}

export function importResponse(response: JsonRecord): ImportedMessage {
  const status = readText(response, '_responseBodyStatus', NAME_MAX);
  return importMessage(response, readRecord(response, 'content'), status);
}

function importMessage(message: JsonRecord, content: JsonRecord, status: string): ImportedMessage {
  const headers = importLines(message, 'headers');
  const body = importBody(content, headers, bodySizeOf(message), status);
  const trailers = importLines(message, '_trailers');
  return {
    detail: { headers, trailers, body: body.facts },
    bytes: body.bytes,
    isDecoded: body.isDecoded,
  };
}

/** Pseudo headers of HTTP/2 stay: they are shown, and left out of what is copied. */
function importLines(message: JsonRecord, name: string): HeaderLines {
  const lines: string[] = [];
  for (const item of readList(message, name, HEADERS_MAX)) {
    const pair = recordOf(item);
    const header = readText(pair, 'name', NAME_MAX);
    if (header !== '') lines.push(asLatin1(header), asLatin1(readText(pair, 'value', TEXT_MAX)));
  }
  return lines;
}
