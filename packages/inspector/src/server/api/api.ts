import type { IncomingMessage, ServerResponse } from 'node:http';
import swagger from '@fastify/swagger';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { ExchangeStore } from '../../capture/exchange-store.ts';
import type { TunnelLog } from '../../capture/tunnel/tunnel-log.ts';
import type { ReplayEdit } from '../../replay/replay.ts';
import type { ConfigurationLine, Neighbour, ShownTunnel } from '../options.ts';
import type { Settings } from '../settings.ts';
import { addBodies } from './bodies.ts';
import { addConfiguration } from './configuration.ts';
import { addEvents } from './events.ts';
import { addExchanges } from './exchanges.ts';
import { addHar } from './har.ts';
import { addJoined } from './joined.ts';
import { addNeighbours } from './neighbours.ts';
import { addSettings } from './settings.ts';
import { addSockets } from './sockets.ts';
import { addStatus } from './status.ts';

/** What the API shows. */
export interface ApiParts {
  readonly version: string;
  readonly store: ExchangeStore;
  readonly tunnels: () => readonly ShownTunnel[];
  readonly neighbours: () => readonly Neighbour[];
  readonly configuration: readonly ConfigurationLine[];
  readonly settings: Settings;
  readonly logOf: (tunnel: ShownTunnel) => TunnelLog;
  /** Throws ReplayRefused. */
  readonly replay: (id: string, edit: ReplayEdit, tunnelName?: string) => string;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Of the paths below; what it speaks is only ever added to. */
export const API_PREFIX = '/api/v1';

/** The inspector's own API, described by itself at `/api/v1/openapi.json`. */
export async function addApi(app: FastifyInstance, parts: ApiParts): Promise<void> {
  await app.register(
    async (plain) => {
      plain.setValidatorCompiler(validatorCompiler);
      plain.setSerializerCompiler(serializerCompiler);
      const { version } = parts;
      const info = { title: 'Sellia inspector', version };
      await plain.register(swagger, { openapi: { info }, transform: jsonSchemaTransform });
      const api = plain.withTypeProvider<ZodTypeProvider>();
      addExchanges(api, parts);
      addBodies(api, parts);
      addSockets(api, parts);
      addEvents(api, parts);
      addHar(api, parts);
      addStatus(api, parts);
      addSettings(api, parts);
      addNeighbours(api, parts);
      addJoined(api, parts);
      addConfiguration(api, parts);
      plain.get('/openapi.json', { schema: { hide: true } }, () => plain.swagger());
    },
    { prefix: API_PREFIX },
  );
}
