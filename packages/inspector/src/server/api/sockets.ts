import { z } from 'zod';
import type { Api, ApiParts } from './api.ts';
import { failure } from './shapes.ts';
import { level, message, messageOf, socket } from './socket-shapes.ts';

const params = z.object({ id: z.string().max(64) });
const MESSAGES_MAX = 500;

/** WebSockets: their figures, and contents where somebody asked for them. */
export function addSockets(app: Api, { store }: ApiParts): void {
  const none = { error: 'unknown', message: 'There is no such WebSocket, or it never opened.' };

  const get = {
    summary: 'Figures of a WebSocket: handshake, messages, rates, pings, close.',
    params,
    response: { 200: socket, 404: failure },
  };
  app.get('/exchanges/:id/socket', { schema: get }, async (request, reply) => {
    const tap = store.get(request.params.id)?.socket;
    return tap === undefined ? reply.code(404).send(none) : tap.detail(Date.now());
  });

  const record = {
    summary: 'Keep contents from now on (`messages`: 4 KiB of each, `full`), or stop (`stats`).',
    params,
    body: z.object({ level }),
    response: { 200: socket, 404: failure, 409: failure },
  };
  app.patch('/exchanges/:id/socket', { schema: record }, async (request, reply) => {
    const { id } = request.params;
    const tap = store.get(id)?.socket;
    if (tap === undefined) return reply.code(404).send(none);
    if (!store.setLevel(id, request.body.level, Date.now())) {
      return reply.code(409).send({ error: 'not_open', message: 'The WebSocket has ended.' });
    }
    return tap.detail(Date.now());
  });

  const read = {
    summary: 'Recorded messages, the oldest first.',
    params,
    querystring: z.object({
      after: z.coerce.number().int().min(0).default(0).describe('Number of the last one known.'),
    }),
    response: { 200: z.object({ messages: z.array(message) }), 404: failure },
  };
  app.get('/exchanges/:id/messages', { schema: read }, async (request, reply) => {
    const tap = store.get(request.params.id)?.socket;
    if (tap === undefined) return reply.code(404).send(none);
    const messages = tap.recorder?.read(request.query.after, MESSAGES_MAX) ?? [];
    return { messages: messages.map(messageOf) };
  });
}
