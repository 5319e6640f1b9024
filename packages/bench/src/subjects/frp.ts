import { writeFile } from '../bench-folder.ts';
import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { findTool, missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** frp 0.52 or newer, a proxy of type http, its defaults (TLS on the control link included). */
export const frp: Subject = {
  name: 'frp',
  about: 'frps and frpc, HTTP proxy',
  missing: async () => missingTools('frps', 'frpc'),
  start: async (upstreamPort, folder) => {
    const [serverPort, port] = [await freePort(), await freePort()];
    const serverConfig = writeFile(
      folder,
      'frps.toml',
      `bindAddr = "127.0.0.1"\nbindPort = ${serverPort}\nvhostHTTPPort = ${port}\n`,
    );
    const server = new Child('frps', findTool('frps') ?? 'frps', ['-c', serverConfig]);
    await listening(serverPort, server);
    const clientConfig = writeFile(
      folder,
      'frpc.toml',
      `serverAddr = "127.0.0.1"
serverPort = ${serverPort}

[[proxies]]
name = "bench"
type = "http"
localIP = "127.0.0.1"
localPort = ${upstreamPort}
customDomains = ["bench.test"]
`,
    );
    const client = new Child('frpc', findTool('frpc') ?? 'frpc', ['-c', clientConfig]);
    return runningOf(port, 'bench.test', [
      ['relay', server],
      ['client', client],
    ]);
  },
};
