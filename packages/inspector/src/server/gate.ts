import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';

/** What a route asks of whoever calls it. */
export type Asked =
  /** Nothing: the page itself, which holds nothing. */
  | 'nothing'
  /** The token, unless no page is speaking: see `isProgram`. */
  | 'program'
  /** The token. The default. */
  | 'token';

declare module 'fastify' {
  interface FastifyContextConfig {
    asks?: Asked;
  }
}

export interface GateOptions {
  readonly access: Access;
  readonly cookieName: () => string;
  readonly isStrict: boolean;
}

/** Judges every request before anything else looks at it, upgrades and unknown paths too. */
export function addGate(app: FastifyInstance, options: GateOptions): void {
  const { access } = options;
  app.addHook('onRequest', async (request, reply) => {
    const refusal = access.judge(request.raw);
    if (refusal !== undefined) return refuse(reply, refusal.status, refusal.error);
    if (!mayPass(request, options)) return refuse(reply, 403, 'token_required');
    return undefined;
  });
}

function mayPass(request: FastifyRequest, { access, cookieName, isStrict }: GateOptions): boolean {
  const asked = request.routeOptions.config.asks ?? 'token';
  const isPage = request.is404 && !request.url.startsWith('/api/');
  if (asked === 'nothing' || isPage) return true;
  if (access.isKnown(request.raw, cookieName())) return true;
  return asked === 'program' && !isStrict && isProgram(request);
}

/**
 * No page of a browser can send this: browsers name the origin or the site of what pages send, and
 * ask first (which is refused) before they send JSON or DELETE across origins.
 */
function isProgram({ headers, method }: FastifyRequest): boolean {
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return false;
  if (method !== 'POST') return true;
  return /^application\/json\b/i.test(headers['content-type'] ?? '');
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}
