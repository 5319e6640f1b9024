import { startProgram } from '../program.ts';
import type { Upstream } from './upstream.ts';

/** An upstream that is one of our small programs. */
export async function startProgramUpstream(name: 'pages' | 'sink' | 'echo'): Promise<Upstream> {
  const child = startProgram(name, {});
  const match = await child.says(/listening on (\d+)/);
  return { port: Number(match[1]), stop: () => child.stop() };
}
