import { decodeBody } from '../../body/decoding/decode-body.ts';
import { mediaType } from '../../body/media-type.ts';
import { decodeText } from '../../body/text.ts';
import type { ExchangeRecord } from '../../capture/exchange-record.ts';
import type { ExchangeStore } from '../../capture/exchange-store.ts';
import { headerText } from '../../exchange/header-lines.ts';
import { type FilterSubject, matches, type ParsedFilter } from '../../filter/index.ts';

export interface Search {
  readonly parsed: ParsedFilter;
  readonly limit: number;
  /** Only exchanges below this order; default all. */
  readonly before: number | undefined;
  /** Only exchanges above this order; default all. */
  readonly after?: number | undefined;
}

export interface Found {
  readonly records: readonly ExchangeRecord[];
  /** Ask again with this as `before`; undefined when all has been looked at. */
  readonly next: number | undefined;
}

/** Milliseconds of a turn of the loop, which the tunnel shares. */
const TURN_MS = 8;
/** Milliseconds of a whole search: whoever wants more asks again from there. */
const SEARCH_MS = 1_000;
/** Bytes of a decoded body that are looked at. */
const TEXT_MAX = 256 * 1024;

type SideName = 'request' | 'response';

/** What matches, the newest first, in turns that hold up nobody. */
export async function search(store: ExchangeStore, wanted: Search): Promise<Found> {
  const { parsed, limit, before = Number.POSITIVE_INFINITY, after = 0 } = wanted;
  const records: ExchangeRecord[] = [];
  const startedAt = performance.now();
  let turnAt = startedAt;
  for (const record of store.newest()) {
    const { order } = record.place;
    if (order >= before) continue;
    if (order <= after) break;
    const now = performance.now();
    if (records.length === limit || now - startedAt > SEARCH_MS) {
      return { records, next: order + 1 };
    }
    if (now - turnAt > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      turnAt = performance.now();
    }
    if (matches(parsed.filter, await subjectOf(record, parsed.needs))) records.push(record);
  }
  return { records, next: undefined };
}

async function subjectOf(
  record: ExchangeRecord,
  needs: ParsedFilter['needs'],
): Promise<FilterSubject> {
  const texts = needs === 'body' ? await textsOf(record) : { request: '', response: '' };
  return {
    row: record.row,
    now: Date.now(),
    headers: (side) => record[side].headers,
    body: (side) => texts[side],
  };
}

async function textsOf(record: ExchangeRecord): Promise<Record<SideName, string>> {
  const [request, response] = await Promise.all([
    textOf(record, 'request'),
    textOf(record, 'response'),
  ]);
  return { request, response };
}

async function textOf(record: ExchangeRecord, side: SideName): Promise<string> {
  const { headers, body } = record[side];
  if (body.kept.length === 0) return '';
  const isCut = body.isTruncated;
  const encoding = headerText(headers, 'content-encoding');
  const { bytes } = await decodeBody(body.kept, encoding, { maxBytes: TEXT_MAX, isCut });
  const { charset } = mediaType(headerText(headers, 'content-type'));
  return decodeText(bytes, charset, { isCut: true }).text;
}
