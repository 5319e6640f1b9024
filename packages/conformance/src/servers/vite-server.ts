import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Watch } from '../rig/watch.ts';

const require = createRequire(import.meta.url);

/** A cold start on a busy machine. */
const START_MS = 20_000;

export interface ViteServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The `vite` command in `folder`, as a developer starts it. It takes the first free port. */
export async function startVite(folder: string): Promise<ViteServer> {
  const program = join(dirname(require.resolve('vite/package.json')), 'bin/vite.js');
  const child = spawn(process.execPath, [program, '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const watch = new Watch();
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      watch.notify();
    });
  }
  child.once('exit', () => watch.notify());
  const findPort = () => {
    if (child.exitCode !== null) throw new Error(`vite ended: ${printed}`);
    return /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(printed)?.[1];
  };
  const describe = () => `the address of vite; it printed ${printed}`;
  return {
    port: Number(await watch.until(findPort, describe, START_MS)),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
