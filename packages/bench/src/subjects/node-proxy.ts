import { startProgram } from '../program.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

/** One hop by a good plain Node proxy: the yardstick of most targets. */
export const nodeProxy: Subject = programSubject('node-proxy', 'node:http and undici, no tunnel');

/** One hop by the npm package of that name. */
export const httpProxy: Subject = programSubject('http-proxy', 'npm http-proxy, no tunnel');

function programSubject(name: 'node-proxy' | 'http-proxy', about: string): Subject {
  return {
    name,
    about,
    missing: async () => undefined,
    start: async (upstreamPort) => {
      const child = startProgram(name, { upstreamPort });
      const port = Number((await child.says(/listening on (\d+)/))[1]);
      return runningOf(port, `127.0.0.1:${port}`, [['proxy', child]]);
    },
  };
}
