import { Readable } from 'node:stream';
import { z } from 'zod';
import { decodeBody } from '../../body/decoding/decode-body.ts';
import type { ExchangeRecord } from '../../capture/exchange-record.ts';
import type { ExchangeStore } from '../../capture/exchange-store.ts';
import { headerText } from '../../exchange/header-lines.ts';
import { parseFilter } from '../../filter/index.ts';
import { type ExportOptions, exportHar } from '../../har/export-har.ts';
import type { HarExchange, HarMessage } from '../../har/har-exchange.ts';
import type { Api, ApiParts } from './api.ts';
import { search } from './search.ts';

/** Exchanges of one file. */
const EXPORTED_MAX = 1_000;

const querystring = z.object({
  filter: z.string().default('').describe('The language of docs/inspector.md.'),
  secrets: z.enum(['true', 'false']).default('false').describe('Keep passwords, tokens, cookies.'),
  id: z.string().max(64).optional().describe('Only this exchange, whatever the filter.'),
});

/** What matches a filter as a HAR 1.2 file, the oldest first; without secrets unless asked for. */
export function addHar(app: Api, { store, version, settings }: ApiParts): void {
  const schema = { summary: 'What matches a filter, as a HAR 1.2 file.', querystring };
  app.get('/export.har', { schema }, async ({ query }, reply) => {
    const records = await chosen(store, query);
    const keepsSecrets = query.secrets === 'true';
    const options = { creatorVersion: version, keepsSecrets, more: settings.more };
    return reply
      .header('content-type', 'application/json')
      .header('content-disposition', 'attachment; filename="sellia.har"')
      .send(Readable.from(written(records.toReversed(), options)) as never);
  });
}

/** The newest first. */
async function chosen(
  store: ExchangeStore,
  { filter, id }: z.output<typeof querystring>,
): Promise<readonly ExchangeRecord[]> {
  if (id !== undefined) return [store.get(id) ?? []].flat();
  const parsed = parseFilter(filter);
  const found: ExchangeRecord[] = [];
  let before: number | undefined;
  do {
    const limit = EXPORTED_MAX - found.length;
    const { records, next } = await search(store, { parsed, limit, before });
    found.push(...records);
    before = next;
  } while (before !== undefined && found.length < EXPORTED_MAX);
  return found;
}

/** Exchange by exchange, as fast as it is read: all bodies decoded at once could be gigabytes. */
async function* written(
  records: readonly ExchangeRecord[],
  options: ExportOptions,
): AsyncGenerator<string> {
  const frame = JSON.stringify(exportHar([], options));
  const end = frame.lastIndexOf(']');
  yield frame.slice(0, end);
  for (const [i, record] of records.entries()) {
    const [entry] = exportHar([await harExchange(record)], options).log.entries;
    yield `${i === 0 ? '' : ','}${JSON.stringify(entry)}`;
  }
  yield frame.slice(end);
}

async function harExchange(record: ExchangeRecord): Promise<HarExchange> {
  const [request, response] = await Promise.all([
    decoded(record, 'request'),
    decoded(record, 'response'),
  ]);
  const messages = messagesOf(record);
  return {
    detail: record.detail,
    requestBody: request.bytes,
    responseBody: response.bytes,
    isRequestDecoded: request.isDecoded,
    isResponseDecoded: response.isDecoded,
    ...(messages === undefined ? {} : { messages }),
  };
}

async function decoded(record: ExchangeRecord, side: 'request' | 'response') {
  const { body, headers } = record[side];
  const encoding = headerText(headers, 'content-encoding');
  const { bytes, state } = await decodeBody(body.kept, encoding, { isCut: body.isTruncated });
  return { bytes, isDecoded: state !== 'unsupported' && state !== 'wrong-encoding' };
}

function messagesOf({ socket }: ExchangeRecord): HarMessage[] | undefined {
  return socket?.recorder?.read().map(({ direction, opcode, content, atMs, isOwn }) => ({
    direction: direction === 'request' ? 'up' : 'down',
    opcode,
    payload: typeof content === 'string' ? Buffer.from(content) : content,
    at: atMs,
    isOwn,
  }));
}
