import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const YEAR = 365 * 24 * 60 * 60;
const NOT_BUILT = 'The page of the inspector is not part of this build; its API is at /api/v1.\n';

/**
 * The page, as it was built into `folder`: files under `/assets/` carry their content's hash in their
 * names and stay for ever, all other paths are the page itself, which reads its own address. It holds
 * nothing of anybody: everybody may load it.
 */
export async function addPage(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    app.setNotFoundHandler((request, reply) =>
      isPage(request) ? reply.code(404).type('text/plain').send(NOT_BUILT) : notFound(reply),
    );
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false });
  app.get<{ Params: { '*': string } }>(
    '/assets/*',
    { config: { asks: 'nothing' } },
    (request, reply) =>
      reply.sendFile(`assets/${request.params['*']}`, {
        maxAge: YEAR * 1000,
        immutable: true,
        index: false,
      }),
  );
  app.setNotFoundHandler((request, reply) =>
    isPage(request) ? reply.sendFile('index.html', { cacheControl: false }) : notFound(reply),
  );
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-cache');
  });
}

/** A file that is missing is no page. */
function isPage({ method, url }: { readonly method: string; readonly url: string }): boolean {
  return (method === 'GET' || method === 'HEAD') && !/^\/(?:api|assets)\//.test(url);
}

function notFound(reply: Coded): unknown {
  return reply.code(404).send({ error: 'unknown', message: 'There is nothing at this path.' });
}

interface Coded {
  code(status: number): { send(body: unknown): unknown };
}
