import type { IncomingMessage, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { PAGE_POLICY, renderFailure } from '../failure-page.ts';
import type { FailureCode } from '../failures.ts';
import { landingPage } from './landing.ts';

/** Whether the relay wants visitors; it says so before it stops listening. */
export interface Readiness {
  isReady: boolean;
}

export interface OwnHostOptions {
  readonly domain: string;
  readonly readiness: Readonly<Readiness>;
  /** How many tunnels are public. */
  readonly tunnels: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Hands a request to the relay's own pages. */
export type OwnHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the relay serves under its own name. Tunnel traffic never comes here. */
export async function createOwnHost(options: OwnHostOptions): Promise<OwnHandler> {
  // The relay's server listens; Fastify only routes. It reads no bodies.
  const app = Fastify({ logger: false, bodyLimit: 1, exposeHeadRoutes: true });
  addHealth(app, options);
  addLanding(app, options);
  addFailures(app, options);
  await app.ready();
  return (request, response) => app.routing(request, response);
}

function addHealth(app: FastifyInstance, { tunnels, readiness }: OwnHostOptions): void {
  app.get('/health', (_request, reply) => {
    const { isReady } = readiness;
    reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ok' : 'draining', tunnels: tunnels() });
  });
}

function addLanding(app: FastifyInstance, { domain }: OwnHostOptions): void {
  const page = landingPage(domain);
  app.get('/', (_request, reply) => {
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', PAGE_POLICY)
      .header('x-content-type-options', 'nosniff')
      .send(page);
  });
}

function addFailures(app: FastifyInstance, { onFault }: OwnHostOptions): void {
  app.setNotFoundHandler((request, reply) => {
    const { status, headers, body } = rendered('SELLIA_NOT_FOUND', request.headers.accept);
    return reply.code(status).headers(headers).send(body);
  });
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const isOurs = (error.statusCode ?? 500) >= 500;
    if (isOurs) onFault(error);
    const code = isOurs ? 'SELLIA_INTERNAL' : 'SELLIA_BAD_REQUEST';
    const { status, headers, body } = rendered(code, request.headers.accept);
    return reply.code(status).headers(headers).send(body);
  });
}

function rendered(code: FailureCode, accept: string | undefined) {
  const { status, headers, body } = renderFailure(code, accept);
  const pairs: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2)
    pairs[headers[i] as string] = headers[i + 1] as string;
  return { status, headers: pairs, body };
}
