import { writeFile } from '../bench-folder.ts';
import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { findTool, missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** rathole: TCP, plain transport, its defaults. */
export const rathole: Subject = {
  name: 'rathole',
  about: 'rathole TCP tunnel',
  missing: async () => missingTools('rathole'),
  start: async (upstreamPort, folder) => {
    const program = findTool('rathole') ?? 'rathole';
    const [serverPort, port] = [await freePort(), await freePort()];
    const config = writeFile(
      folder,
      'rathole.toml',
      `[server]
bind_addr = "127.0.0.1:${serverPort}"
default_token = "bench"
[server.services.bench]
bind_addr = "127.0.0.1:${port}"
[client]
remote_addr = "127.0.0.1:${serverPort}"
default_token = "bench"
[client.services.bench]
local_addr = "127.0.0.1:${upstreamPort}"
`,
    );
    const server = new Child('rathole', program, ['--server', config]);
    await listening(serverPort, server);
    const client = new Child('rathole', program, ['--client', config]);
    await listening(port, client);
    return runningOf(port, `127.0.0.1:${port}`, [
      ['relay', server],
      ['client', client],
    ]);
  },
};
