import type { Server } from 'node:net';
import type { Environment } from '@sellia/terminal';

/** sd_listen_fds(3). */
const FIRST_FD = 3;

/**
 * The socket on which systemd listens for this process, so that connections wait while it restarts;
 * undefined when there is none. What it was made for (`--host`, `--port`) is systemd's matter.
 */
export function activatedSocket(
  env: Environment,
): ((server: Server, backlog: number) => Promise<void>) | undefined {
  if (env.LISTEN_PID !== String(process.pid) || env.LISTEN_FDS !== '1') return undefined;
  return async (server, backlog) => {
    server.listen({ fd: FIRST_FD, backlog });
  };
}
