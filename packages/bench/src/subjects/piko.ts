import { writeFile } from '../bench-folder.ts';
import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { findTool, missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** Piko: one server node and an agent, HTTP, time limits and access logs off. */
export const piko: Subject = {
  name: 'piko',
  about: 'piko server and agent, HTTP',
  missing: async () => missingTools('piko'),
  start: async (upstreamPort, folder) => {
    const program = findTool('piko') ?? 'piko';
    const [port, agentPort] = [await freePort(), await freePort()];
    const serverConfig = writeFile(folder, 'server.yaml', await serverYaml(port, agentPort));
    const server = new Child('piko', program, ['server', '--config.path', serverConfig]);
    await listening(agentPort, server);
    const agentConfig = writeFile(folder, 'agent.yaml', await agentYaml(agentPort, upstreamPort));
    const client = new Child('piko', program, ['agent', 'start', '--config.path', agentConfig]);
    return runningOf(port, 'bench.piko.test', [
      ['relay', server],
      ['client', client],
    ]);
  },
};

async function serverYaml(port: number, agentPort: number): Promise<string> {
  return `proxy:
  bind_addr: "127.0.0.1:${port}"
  timeout: 10m
  access_log: false
  http:
    read_timeout: 10m
    write_timeout: 10m
upstream:
  bind_addr: "127.0.0.1:${agentPort}"
admin:
  bind_addr: "127.0.0.1:${await freePort()}"
cluster:
  gossip:
    bind_addr: "127.0.0.1:${await freePort()}"
grace_period: 1s
log:
  level: warn
`;
}

async function agentYaml(agentPort: number, upstreamPort: number): Promise<string> {
  return `listeners:
  - endpoint_id: bench
    addr: 127.0.0.1:${upstreamPort}
    access_log: false
    timeout: 10m
connect:
  url: http://127.0.0.1:${agentPort}
server:
  bind_addr: "127.0.0.1:${await freePort()}"
grace_period: 1s
log:
  level: warn
`;
}
