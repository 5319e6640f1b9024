import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { RelayLimits } from '../limits.ts';

/** node's server with every leniency off that it can turn off; the rest is judged behind it. */
export function createStrictServer(limits: RelayLimits): Server {
  const options = {
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headMs,
    // Transfers may take as long as they like; idle ones are swept.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(1_000, limits.headMs),
    // Idle connections are swept, too; a timer for each response would cost more.
    keepAliveTimeout: 0,
    noDelay: true,
    // Who vanishes while nothing is to be sent (an event stream, an idle WebSocket) is seldom missed.
    keepAlive: true,
    keepAliveInitialDelay: limits.vanishedMs,
    // We answer it ourselves, like every other failure.
    requireHostHeader: false,
    insecureHTTPParser: false,
    // Requests without a body skip the life of a stream (Node 24; ignored before).
    optimizeEmptyRequests: true,
    // Newer Nodes read the body of what is not to be upgraded; older ones emit `upgrade` for all.
    shouldUpgradeCallback: mayUpgrade,
  };
  const server = createServer(options);
  // Past a count node drops headers silently and yet obeys them; we count and refuse.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  // A visitor that has sent its FIN may still wait for the answer. Not in node's types.
  Object.assign(server, { httpAllowHalfOpen: true });
  return server;
}

/** Only what claims to be a WebSocket handshake; whether it is one is judged later. */
function mayUpgrade({ httpVersionMinor, headers }: IncomingMessage): boolean {
  return httpVersionMinor === 1 && headers.upgrade?.trim().toLowerCase() === 'websocket';
}
