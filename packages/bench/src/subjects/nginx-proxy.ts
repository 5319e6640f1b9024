import { startNginx } from '../nginx.ts';
import { missingTools } from '../tool.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** One hop by nginx, one worker, streaming both ways, connections to the upstream kept. */
export const nginxProxy: Subject = {
  name: 'nginx',
  about: 'nginx as reverse proxy, no tunnel',
  missing: async () => missingTools('nginx'),
  start: async (upstreamPort, folder) => {
    const { child, port } = await startNginx(folder, (listen) => proxyConfig(listen, upstreamPort));
    return runningOf(port, `127.0.0.1:${port}`, [['proxy', child]]);
  },
};

function proxyConfig(listen: string, upstreamPort: number): string {
  return `upstream local { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 1000000000; }
  map $http_upgrade $connection_out { default upgrade; '' ''; }
  server {
    listen ${listen} backlog=4096;
    location / {
      proxy_pass http://local;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_out;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
    }
  }`;
}
