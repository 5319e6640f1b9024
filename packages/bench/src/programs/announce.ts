import type { Server } from 'node:net';

/** Listens on a free loopback port, or on `port`, and prints the number. */
export function announce(server: Server, port = 0): void {
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null)
      console.log(`listening on ${address.port}`);
  });
}
