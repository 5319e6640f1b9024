import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { findTool, missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** Where bore's server always listens for clients. */
const CONTROL_PORT = 7835;

/** bore: TCP, a connection of its own for each visitor. */
export const bore: Subject = {
  name: 'bore',
  about: 'bore TCP tunnel',
  missing: async () => missingTools('bore'),
  start: async (upstreamPort) => {
    const program = findTool('bore') ?? 'bore';
    const port = await freePort();
    const bounds = ['--min-port', '1024', '--max-port', '65535'];
    const server = new Child('bore', program, ['server', ...bounds, '--bind-addr', '127.0.0.1']);
    await listening(CONTROL_PORT, server);
    const local = ['local', String(upstreamPort), '--local-host', '127.0.0.1'];
    const remote = ['--to', '127.0.0.1', '--port', String(port)];
    const client = new Child('bore', program, [...local, ...remote]);
    await listening(port, client);
    return runningOf(port, `127.0.0.1:${port}`, [
      ['relay', server],
      ['client', client],
    ]);
  },
};
