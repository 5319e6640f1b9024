import { z } from 'zod';
import type { Api, ApiParts } from './api.ts';
import { failure } from './shapes.ts';

const params = z.object({ id: z.string().max(64) });
const querystring = z.object({
  after: z.coerce.number().int().min(0).default(0).describe('Number of the last one known.'),
});
const count = z.number().int().nonnegative();

const event = z.object({
  number: count,
  kind: z.enum(['event', 'comment', 'retry', 'line', 'unfinished']),
  atMs: z.number().describe('Unix time in milliseconds of its end.'),
  id: z.string(),
  event: z.string().describe('Its type; empty for all but events.'),
  text: z.string(),
  isTruncated: z.boolean().describe('`text` is its beginning.'),
});

const stream = z.object({
  kind: z.enum(['events', 'lines']),
  newest: count.describe('Number of the newest one; 0 before one.'),
  dropped: count.describe('Older ones that were given up for newer ones.'),
  skippedBytes: count.describe('Came too fast to be read; what was in them has no numbers.'),
  note: z.string().describe('Why there are none; empty otherwise.'),
  isOpen: z.boolean(),
  events: z.array(event.readonly()),
});

/** Event streams and streams of lines, while they are open and after. */
export function addEvents(app: Api, { store }: ApiParts): void {
  const schema = {
    summary: 'The newest events of an event stream, or lines of NDJSON; the oldest first.',
    params,
    querystring,
    response: { 200: stream, 404: failure },
  };
  app.get('/exchanges/:id/events', { schema }, async (request, reply) => {
    const record = store.get(request.params.id);
    if (record?.events === undefined) {
      const message = 'There is no such exchange, or its response is no stream of events.';
      return reply.code(404).send({ error: 'unknown', message });
    }
    const { events, isOver } = record;
    return { ...events.facts, isOpen: !isOver, events: events.read(request.query.after) };
  });
}
