/** The subject `http-proxy`: connections to the upstream kept, WebSockets on. */
import { Agent, createServer, ServerResponse } from 'node:http';
import httpProxy from 'http-proxy';
import { announce } from './announce.ts';
import { readSettings } from './settings.ts';

const { upstreamPort } = readSettings<{ upstreamPort: number }>();
const proxy = httpProxy.createProxyServer({
  target: { host: '127.0.0.1', port: upstreamPort },
  agent: new Agent({ keepAlive: true }),
  xfwd: true,
});
proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse && !response.headersSent) response.writeHead(502);
  response.end();
});

const server = createServer((request, response) => proxy.web(request, response));
server.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head));
server.requestTimeout = 0;
announce(server);
