import { mediaType } from '../body/media-type.ts';
import { type HeaderLines, headerText } from '../exchange/header-lines.ts';
import { EventTap } from './event-tap.ts';

const CONTENT_TYPE = 'content-type';
const LINES =
  /^application\/(?:x-ndjson|ndjson|x-jsonlines|jsonlines|jsonl|json-seq|stream\+json|[a-z0-9.-]+\+json-seq|[a-z0-9.-]+\+ndjson)$/;

/** A tap for a response that is a stream of events or lines; undefined for any other. */
export function eventTapFor(headers: HeaderLines): EventTap | undefined {
  const type = contentType(headers);
  if (!/event-stream|json/i.test(type)) return undefined;
  const kind = kindOf(mediaType(type).type);
  if (kind === undefined) return undefined;
  const encoding = headerText(headers, 'content-encoding').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return new EventTap(kind);
  return new EventTap(
    kind,
    `The stream is encoded (${encoding}): it is not read while it is open.`,
  );
}

/** Whether a response goes on for as long as its events do. */
export function isEventStream(headers: HeaderLines): boolean {
  return /^text\/event-stream\b/i.test(contentType(headers));
}

/** Every response is asked, and most are neither: names of another length are not even read. */
function contentType(headers: HeaderLines): string {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] as string;
    if (name.length !== CONTENT_TYPE.length) continue;
    if (name.toLowerCase() === CONTENT_TYPE) return headers[at + 1] as string;
  }
  return '';
}

function kindOf(type: string): 'events' | 'lines' | undefined {
  if (type === 'text/event-stream') return 'events';
  return LINES.test(type) ? 'lines' : undefined;
}
