import { connect } from 'node:net';
import type { UpstreamTarget } from '@sellia/client';

/** A local server that takes longer than this to accept is reported as not answering. */
const PROBE_MS = 1000;

/** Whether anything accepts a connection there. Sends nothing. */
export function answers({ host, port, socketPath }: UpstreamTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath === undefined ? { host, port } : { path: socketPath });
    const settle = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(PROBE_MS, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });
}
