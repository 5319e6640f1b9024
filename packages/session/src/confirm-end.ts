import type { Socket } from 'node:net';

/**
 * Calls `then` once the 'end' of `socket` is known to be its peer's FIN; a socket that was reset
 * emits 'error' instead. libuv reports the end of a connection as soon as the kernel has hung up and
 * a read came back short, and so hides an RST that stands behind the last bytes. The kernel keeps it
 * for the next system call: a write of nothing.
 */
export function confirmEnd(socket: Socket, then: () => void): void {
  const isPath = socket.localAddress === undefined;
  if (isPath || !socket.writable) {
    // A path's socket knows no RST, and a direction that has ended can ask no more.
    then();
  } else if (socket.writableLength > 0) {
    // What waits to be written fails in this turn of the loop, if it was an RST.
    setImmediate(() => {
      if (!socket.destroyed) then();
    });
  } else {
    socket.write('', (error) => {
      if (!isReset(error)) then();
    });
  }
}

/**
 * Whether a failed write tells that the peer's bytes were cut. EPIPE does not: the RST came behind
 * its FIN, from a peer that had sent everything and did not want more.
 */
export function isReset(error: Error | null | undefined): boolean {
  return error instanceof Error && !('code' in error && error.code === 'EPIPE');
}
