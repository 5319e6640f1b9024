import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';

/**
 * The link that the terminal prints carries the token: it becomes a cookie that scripts of a page
 * cannot read and that is sent for no other page, and leaves the address bar.
 */
export function addHello(app: FastifyInstance, access: Access, cookieName: () => string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' || !isPagePath(request.url)) return undefined;
    const url = URL.parse(request.url, 'http://localhost');
    const token = url?.searchParams.get('token') ?? '';
    if (url === null || !access.isToken(token)) return undefined;
    url.searchParams.delete('token');
    const cookie = `${cookieName()}=${token}; Path=/; HttpOnly; SameSite=Strict`;
    return (
      reply
        .header('set-cookie', cookie)
        .header('cache-control', 'no-store')
        // Two slashes would name another host.
        .redirect(`${url.pathname.replace(/^\/+/, '/')}${url.search}`, 303)
    );
  });
}

/** Not of an API, a link to which would be a request that somebody else made up. */
function isPagePath(url: string): boolean {
  return url.startsWith('/') && !url.startsWith('//') && !url.startsWith('/api/');
}
