import { closeSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startNginx } from '../nginx.ts';
import { findTool } from '../tool.ts';
import { startProgramUpstream } from './program-upstream.ts';
import type { Upstream } from './upstream.ts';

/** Path of a file of that many zeros on the upstream of pages. */
export function filePath(bytes: number): string {
  return `/files/${bytes}`;
}

/** 13 bytes at `/` and files of the given sizes: nginx where there is one, else a Node server. */
export async function startPages(folder: string, sizes: readonly number[]): Promise<Upstream> {
  if (findTool('nginx') === undefined) return startProgramUpstream('pages');
  for (const size of sizes) makeFile(folder, size);
  const { child, port } = await startNginx(
    folder,
    (listen) => `server {
    listen ${listen} backlog=4096;
    root ${folder};
    location = / { default_type text/plain; return 200 "Hello, world!"; }
  }`,
  );
  return { port, stop: () => child.stop() };
}

/** Without blocks on the disk: reading a hole yields zeros. */
function makeFile(folder: string, bytes: number): void {
  mkdirSync(join(folder, 'files'), { recursive: true });
  const file = openSync(join(folder, filePath(bytes)), 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
}
