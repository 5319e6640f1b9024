import type { Socket } from 'node:net';
import type { Clock, Timer } from '@sellia/session';
import type { RelayLimits } from '../limits.ts';

/** Takes the socket from whoever reads it; what comes is dropped, at most `most` bytes of it. */
export function discardInput(socket: Socket, most: number): void {
  let left = most;
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) socket.pause();
  });
  socket.resume();
}

/**
 * Ends a connection whose visitor may still be sending: FIN behind the response, then time to read
 * it, then the end. Closing at once would send RST for the unread input, and RST lets the visitor's
 * system throw the response away (RFC 9112 section 9.6).
 */
export function endAndLinger(socket: Socket, clock: Clock, limits: RelayLimits): void {
  if (socket.destroyed) return;
  let timer: Timer | undefined;
  const wait = () => {
    timer ??= clock.after(limits.lingerMs, () => socket.destroy());
  };
  socket.once('close', () => timer?.cancel());
  discardInput(socket, limits.lingerBytes);
  socket.once('end', () => socket.destroySoon());
  socket.end(wait);
}
