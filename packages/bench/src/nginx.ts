import { join } from 'node:path';
import { writeFile } from './bench-folder.ts';
import { Child } from './child.ts';
import { freePort } from './free-port.ts';
import { listening } from './ready.ts';
import { findTool } from './tool.ts';

/**
 * Starts nginx in the foreground as this user, with everything it writes in `folder`.
 * `http` is what the http block holds, given the port to listen on.
 */
export async function startNginx(
  folder: string,
  http: (listen: string) => string,
): Promise<{ child: Child; port: number }> {
  const port = await freePort();
  const config = writeFile(folder, 'nginx.conf', nginxConfig(folder, http(`127.0.0.1:${port}`)));
  const args = ['-p', folder, '-e', join(folder, 'error.log'), '-c', config];
  const child = new Child('nginx', findTool('nginx') ?? 'nginx', args);
  await listening(port, child);
  return { child, port };
}

function nginxConfig(folder: string, http: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join('\n  ');
  // One process, master and worker in one: it runs as this user, and whoever ends it ends all of it.
  return `daemon off;
master_process off;
pid ${join(folder, 'nginx.pid')};
events { worker_connections 4096; }
http {
  ${temporary}
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  ${http}
}
`;
}
