import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Below what systems give out by themselves, from 32,768. */
const LOWEST = 20_000;
const HIGHEST = 32_767;
const TRIES = 50;

/**
 * A free port of 127.0.0.1 that the system gives to nobody, so that it can be left and taken again.
 * On any other port a refused dial can meet somebody's outgoing connection, or itself.
 */
export async function quietPort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    try {
      (await listenOn(port, () => {})).close();
      return port;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EADDRINUSE' || tries === TRIES) throw error;
    }
  }
}

/** On 127.0.0.1. Rejects with EADDRINUSE and the like. */
export async function listenOn(port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onSocket);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
