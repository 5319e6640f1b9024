import { z } from 'zod';
import type { ExchangeRecord } from '../../capture/exchange-record.ts';
import { TAGS_MAX } from '../../capture/limits.ts';
import type { ExchangeDetail } from '../../exchange/detail.ts';
import type { ExchangeRow } from '../../exchange/row.ts';
import { TAG, TAG_RULE, TAGS_RULE } from '../../exchange/tags.ts';
import { parseFilter } from '../../filter/index.ts';
import { whyNoReplay } from '../../replay/replay.ts';
import { ReplayRefused } from '../../replay/replay-refused.ts';
import type { Api, ApiParts } from './api.ts';
import { search } from './search.ts';
import { detail, failure, problem, row } from './shapes.ts';

const LISTED = 100;
const LISTED_MAX = 1_000;

const byId = z.object({ id: z.string().max(64) });
/** Which exchanges, and how many of them. */
export const wanted = z.object({
  filter: z.string().default('').describe('The language of docs/inspector.md.'),
  limit: z.coerce.number().int().min(1).max(LISTED_MAX).default(LISTED),
});
const listing = wanted.extend({
  before: z.coerce.number().int().optional().describe('Only exchanges of a lower `order`.'),
  after: z.coerce.number().int().optional().describe('Only exchanges of a higher `order`.'),
});
const edit = z.object({
  method: z.string().max(64).optional(),
  target: z.string().max(65_536).optional(),
  headers: z.array(z.string()).max(2_000).optional(),
  bodyBase64: z.base64().optional(),
  tunnel: z.string().max(256).optional(),
});

const marks = z.object({
  isPinned: z.boolean().optional(),
  note: z.string().max(10_000).optional(),
  tags: z
    .array(z.string().trim().regex(TAG, TAG_RULE))
    .max(TAGS_MAX, TAGS_RULE)
    .optional()
    .describe('In place of those that it has; each counts once, whatever the case of its letters.'),
});

/** Exchanges: found, looked at, marked, sent again, forgotten. */
export function addExchanges(app: Api, parts: ApiParts): void {
  addListing(app, parts);
  addDetail(app, parts);
  addMarks(app, parts);
  addReplay(app, parts);
  const clear = {
    summary: 'Forget all but the pinned ones.',
    querystring: clearing,
    response: { 200: dropped },
  };
  app.delete('/exchanges', { schema: clear }, ({ query }) => ({
    dropped: parts.store.clear(query.upTo),
  }));
}

const clearing = z.object({
  upTo: z.coerce.number().int().optional().describe('None of a higher `order`.'),
});
const dropped = z.object({ dropped: z.number().int() });

function addListing(app: Api, { store }: ApiParts): void {
  const found = z.object({
    exchanges: z.array(row.readonly()),
    version: z.number().int().describe('Name it as `since` to a live socket.'),
    next: z.number().int().optional().describe('There may be more: ask with this as `before`.'),
    problems: z.array(problem).describe('What of the filter was not understood, and ignored.'),
  });
  app.get(
    '/exchanges',
    {
      schema: {
        summary: 'What matches a filter, the newest first.',
        querystring: listing,
        response: { 200: found },
      },
    },
    async ({ query: { filter, limit, before, after } }) => {
      const { version } = store;
      const parsed = parseFilter(filter);
      const { records, next } = await search(store, { parsed, limit, before, after });
      const more = next === undefined ? {} : { next };
      const exchanges = records.map((record) => record.row);
      return { exchanges, version, problems: [...parsed.problems], ...more };
    },
  );
}

function addDetail(app: Api, parts: ApiParts): void {
  const schema = {
    summary: 'One exchange, whole but for the bytes of its bodies.',
    params: byId,
    response: { 200: detail, 404: failure },
  };
  app.get('/exchanges/:id', { schema }, async ({ params }, reply) => {
    const record = parts.store.get(params.id);
    return record === undefined ? reply.code(404).send(UNKNOWN) : shown(record, parts);
  });
}

function shown(record: ExchangeRecord, parts: ApiParts): ExchangeDetail {
  const why = whyNoReplay(record);
  const { timing, ...rest } = record.detail;
  const clockDifferenceMs = clockDifference(rest.row, parts);
  return {
    ...rest,
    timing: clockDifferenceMs === undefined ? timing : { ...timing, clockDifferenceMs },
    ...(why === undefined ? {} : { whyNoReplay: why }),
  };
}

/** A replay was never at the relay: both its times are of one clock. */
function clockDifference(
  { visitor, tunnel: name }: ExchangeRow,
  { tunnels, logOf }: ApiParts,
): number | undefined {
  if (visitor === '') return 0;
  const tunnel = tunnels().find((one) => one.name === name);
  return tunnel === undefined ? undefined : logOf(tunnel).clockDifferenceMs;
}

function addMarks(app: Api, parts: ApiParts): void {
  const schema = {
    summary: 'Pin an exchange, so that it is not dropped for later ones; note something; tag it.',
    params: byId,
    body: marks,
    response: { 200: detail, 404: failure, 409: failure },
  };
  app.patch('/exchanges/:id', { schema }, async ({ params: { id }, body }, reply) => {
    const { store } = parts;
    const record = store.get(id);
    if (record === undefined) return reply.code(404).send(UNKNOWN);
    if (body.note !== undefined) store.note(id, body.note);
    if (body.tags !== undefined) store.tag(id, body.tags);
    if (body.isPinned !== undefined && !store.pin(id, body.isPinned)) {
      const message = 'Pinned exchanges would take more than half of the memory.';
      return reply.code(409).send({ error: 'too_many_pinned', message });
    }
    return shown(record, parts);
  });
}

function addReplay(app: Api, parts: ApiParts): void {
  const schema = {
    summary: 'Send an exchange again, as it was or with another method, path, headers, body.',
    params: byId,
    body: edit,
    response: { 201: z.object({ id: z.string() }), 404: failure, 409: failure },
  };
  app.post('/exchanges/:id/replay', { schema }, async ({ params: { id }, body }, reply) => {
    const { bodyBase64, tunnel, ...rest } = body;
    const bytes = bodyBase64 === undefined ? {} : { body: Buffer.from(bodyBase64, 'base64') };
    try {
      return reply.code(201).send({ id: parts.replay(id, { ...rest, ...bytes }, tunnel) });
    } catch (error) {
      if (!(error instanceof ReplayRefused)) throw error;
      const { message } = error;
      if (error.reason === 'unknown') return reply.code(404).send({ error: 'unknown', message });
      return reply.code(409).send({ error: 'not_replayable', message });
    }
  });
}

const UNKNOWN = { error: 'unknown', message: 'There is no such exchange, or it was dropped.' };
