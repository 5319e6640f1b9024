import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { findTool, missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** chisel's reverse port forwarding: SSH inside a WebSocket. */
export const chisel: Subject = {
  name: 'chisel',
  about: 'chisel reverse port forwarding',
  missing: async () => missingTools('chisel'),
  start: async (upstreamPort) => {
    const program = findTool('chisel') ?? 'chisel';
    const [serverPort, port] = [await freePort(), await freePort()];
    const where = ['--host', '127.0.0.1', '--port', String(serverPort)];
    const server = new Child('chisel', program, ['server', ...where, '--reverse']);
    await listening(serverPort, server);
    const forward = `R:127.0.0.1:${port}:127.0.0.1:${upstreamPort}`;
    const client = new Child('chisel', program, [
      'client',
      `http://127.0.0.1:${serverPort}`,
      forward,
    ]);
    await listening(port, client);
    return runningOf(port, `127.0.0.1:${port}`, [
      ['relay', server],
      ['client', client],
    ]);
  },
};
