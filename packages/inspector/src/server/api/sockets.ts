import { OWN_MESSAGE_MAX } from '@sellia/client';
import { z } from 'zod';
import type { ExchangeRecord } from '../../capture/exchange-record.ts';
import type { Api, ApiParts } from './api.ts';
import { failure } from './shapes.ts';
import { level, message, messageOf, shownSocket } from './socket-shapes.ts';

const params = z.object({ id: z.string().max(64) });
const MESSAGES_MAX = 500;
/** As it is measured in bytes once more when it is sent. */
const TEXT_MAX = OWN_MESSAGE_MAX;
const BASE64_MAX = 4 * Math.ceil(OWN_MESSAGE_MAX / 3);

const ownMessage = z
  .object({
    to: z.enum(['upstream', 'visitor']).describe('Who gets it, as if the other had sent it.'),
    text: z.string().max(TEXT_MAX).optional(),
    base64: z.base64().max(BASE64_MAX).optional(),
  })
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), {
    message: 'either text or base64',
  });

/** WebSockets: their figures, contents where somebody asked for them, and messages of our own. */
export function addSockets(app: Api, { store, tunnels }: ApiParts): void {
  const none = { error: 'unknown', message: 'There is no such WebSocket, or it never opened.' };

  const tunnelOf = ({ place }: ExchangeRecord) =>
    tunnels().find(({ name }) => name === place.tunnel);

  const get = {
    summary: 'Figures of a WebSocket: handshake, messages, rates, pings, close.',
    params,
    response: { 200: shownSocket, 404: failure },
  };
  app.get('/exchanges/:id/socket', { schema: get }, async (request, reply) => {
    const record = store.get(request.params.id);
    if (record?.socket === undefined) return reply.code(404).send(none);
    const waiting = tunnelOf(record)?.waitingBytes(record.exchange);
    const detail = record.socket.detail(Date.now(), record.endedAt);
    if (waiting === undefined) return detail;
    return { ...detail, waiting: { up: waiting.toUpstream, down: waiting.toVisitor } };
  });

  const record = {
    summary: 'Keep contents from now on (`messages`: 4 KiB of each, `full`), or stop (`stats`).',
    params,
    body: z.object({ level }),
    response: { 200: shownSocket, 404: failure, 409: failure },
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

  const send = {
    summary: 'Put a message into an open WebSocket, between those of its ends.',
    params,
    body: ownMessage,
    response: { 202: z.object({}), 404: failure, 409: failure },
  };
  app.post('/exchanges/:id/messages', { schema: send }, async ({ params: { id }, body }, reply) => {
    const record = store.get(id);
    if (record?.socket === undefined) return reply.code(404).send(none);
    const tunnel = tunnelOf(record);
    const content = body.text ?? Buffer.from(body.base64 as string, 'base64');
    try {
      if (tunnel === undefined) throw new Error('There is no such tunnel.');
      tunnel.sendMessage(record.exchange, { to: body.to, content });
      return reply.code(202).send({});
    } catch (error) {
      return reply.code(409).send({ error: 'not_sent', message: (error as Error).message });
    }
  });
}
