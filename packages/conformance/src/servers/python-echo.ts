import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's own interpreter: python3-websockets is installed there, not in any other. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('python-echo.py', import.meta.url));

/** Why the Python server cannot run here; undefined when it can. */
export function whyNoPython(): string | undefined {
  const found = spawnSync(PYTHON, ['-c', 'import websockets'], { stdio: 'ignore' });
  return found.status === 0 ? undefined : `${PYTHON} with python3-websockets is missing`;
}

export interface EchoServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the server in python-echo.py; it ends when its standard input does. */
export async function startPythonEcho(): Promise<EchoServer> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    port: Number(line),
    async close() {
      const ended = once(child, 'exit');
      child.stdin.end();
      child.kill();
      await ended;
    },
  };
}
