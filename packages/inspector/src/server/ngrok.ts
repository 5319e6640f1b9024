import type { FastifyInstance } from 'fastify';
import type { ExchangeRecord } from '../capture/exchange-record.ts';
import type { ExchangeStore } from '../capture/exchange-store.ts';
import type { HeaderLines } from '../exchange/header-lines.ts';
import type { ReplayEdit } from '../replay/replay.ts';
import { ReplayRefused } from '../replay/replay-refused.ts';
import type { ShownTunnel } from './options.ts';
import { rawRequest, rawResponse } from './raw-message.ts';

/** What is asked of the inspector for scripts that were written for ngrok. */
export interface NgrokParts {
  readonly store: ExchangeStore;
  readonly tunnels: readonly ShownTunnel[];
  /** Throws ReplayRefused. */
  replay(id: string, edit?: ReplayEdit, tunnelName?: string): string;
}

/** Requests that one answer lists, as in ngrok. */
const LISTED = 50;
const LISTED_MAX = 1_000;

/**
 * The paths and shapes of ngrok's own agent (its `/api/tunnels` and `/api/requests/http`), so that
 * its scripts find the public URL and the requests. Durations are nanoseconds there.
 */
export function addNgrok(app: FastifyInstance, parts: NgrokParts): void {
  const config = { asks: 'program' } as const;
  app.get('/api/tunnels', { config }, () => ({
    tunnels: parts.tunnels.map(tunnelShape),
    uri: '/api/tunnels',
  }));
  app.get<Named>('/api/tunnels/:name', { config }, (request, reply) => {
    const tunnel = parts.tunnels.find(({ name }) => name === request.params.name);
    return tunnel === undefined ? notFound(reply) : tunnelShape(tunnel);
  });
  app.get<Listing>('/api/requests/http', { config }, ({ query }) => ({
    requests: [...listed(parts.store, query)].map(requestShape),
    uri: '/api/requests/http',
  }));
  app.get<Numbered>('/api/requests/http/:id', { config }, (request, reply) => {
    const record = parts.store.get(request.params.id);
    return record === undefined ? notFound(reply) : requestShape(record);
  });
  app.post<Replaying>('/api/requests/http', { config }, ({ body }, reply) => {
    const { id, tunnel_name: name } = { ...body };
    if (typeof id !== 'string') return badRequest(reply, 'id is missing');
    try {
      parts.replay(id, {}, typeof name === 'string' && name !== '' ? name : undefined);
      return reply.code(204).send();
    } catch (error) {
      if (!(error instanceof ReplayRefused)) throw error;
      return error.reason === 'unknown' ? notFound(reply) : badRequest(reply, error.message);
    }
  });
  app.delete('/api/requests/http', { config }, (_request, reply) => {
    parts.store.clear();
    return reply.code(204).send();
  });
}

interface Named {
  Params: { name: string };
}
interface Numbered {
  Params: { id: string };
}
interface Replaying {
  Body: { id?: unknown; tunnel_name?: unknown } | null;
}
interface Listing {
  Querystring: { limit?: string; tunnel_name?: string };
}
interface Coded {
  code(status: number): { send(body: unknown): unknown };
}

function notFound(reply: Coded): unknown {
  return reply.code(404).send({ error_code: 100, status_code: 404, msg: 'not found', details: {} });
}

function badRequest(reply: Coded, msg: string): unknown {
  return reply.code(400).send({ error_code: 103, status_code: 400, msg, details: {} });
}

function* listed(
  store: ExchangeStore,
  { limit, tunnel_name: name }: Listing['Querystring'],
): Generator<ExchangeRecord> {
  const most = Math.min(LISTED_MAX, Number(limit) > 0 ? Math.floor(Number(limit)) : LISTED);
  let count = 0;
  for (const record of store.newest()) {
    if (count === most) return;
    if (name !== undefined && record.place.tunnel !== name) continue;
    count++;
    yield record;
  }
}

/** Without ngrok's `metrics`, which would be other figures than it counts. */
function tunnelShape({ name, url, target }: ShownTunnel) {
  return {
    name,
    ID: name,
    uri: `/api/tunnels/${encodeURIComponent(name)}`,
    public_url: url,
    proto: url.startsWith('https:') ? 'https' : 'http',
    config: { addr: /^(\w+:\/\/|unix:)/.test(target) ? target : `http://${target}`, inspect: true },
  };
}

function requestShape(record: ExchangeRecord) {
  const { id, tunnel, visitor, startedAt, durationMs, method, target } = record.row;
  return {
    uri: `/api/requests/http/${id}`,
    id,
    tunnel_name: tunnel,
    remote_addr: visitor,
    start: new Date(startedAt).toISOString(),
    duration: durationMs < 0 ? 0 : Math.round(durationMs * 1e6),
    request: {
      method,
      proto: 'HTTP/1.1',
      headers: grouped(record.request.headers),
      uri: target,
      raw: rawRequest(record).toString('base64'),
    },
    response: responseShape(record),
  };
}

/** Null until there is one, as in ngrok. */
function responseShape(record: ExchangeRecord) {
  const { status, reason } = record.row;
  if (status === 0) return null;
  return {
    status: `${status} ${reason}`.trimEnd(),
    status_code: status,
    proto: 'HTTP/1.1',
    headers: grouped(record.response.headers),
    raw: rawResponse(record).toString('base64'),
  };
}

/** Go writes names so, and scripts ask for them so. */
function grouped(lines: HeaderLines): Record<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const name = canonical(lines[i] as string);
    const values = headers.get(name) ?? [];
    values.push(lines[i + 1] as string);
    headers.set(name, values);
  }
  return Object.fromEntries(headers);
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (text) => text.toUpperCase());
}
