import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Ends a socket so that the other side sees it was not a clean end: RST on TCP. A TLS socket is
 * destroyed without its closing alert, which its peer may tell from a clean end (RFC 8446 section 6.1).
 * The socket of a path, which has no address, knows no other end than closing.
 */
export function cut(socket: Socket): void {
  const isTcp = socket instanceof Socket && !(socket instanceof TLSSocket);
  if (isTcp && socket.remoteAddress !== undefined) socket.resetAndDestroy();
  // Some lines of node would first wait until what is written has left, which may be never.
  socket.destroy();
}
