import { fileURLToPath } from 'node:url';
import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { listening } from '../ready.ts';
import { runningOf } from './running.ts';
import type { Subject } from './subject.ts';

const program = (app: string) =>
  fileURLToPath(new URL(`../../../../apps/${app}/src/main.ts`, import.meta.url));

/** The relay and CLI programs of this checkout, off a terminal, with nobody on the feed. */
export function selliaSubject(options: { profileFolder?: string }): Subject {
  return {
    name: 'sellia',
    about: 'sellia-relay and sellia http of this checkout',
    missing: async () => undefined,
    start: async (upstreamPort) => {
      const port = await freePort();
      const flags = profileFlags(options.profileFolder);
      const server = ['--host', '127.0.0.1', '--port', String(port), '--domain', 'localhost'];
      const relay = new Child('sellia-relay', process.execPath, [
        ...flags('relay'),
        program('relay'),
        ...server,
      ]);
      await listening(port, relay);
      const client = new Child('sellia', process.execPath, [
        ...flags('client'),
        program('sellia'),
        ...['http', String(upstreamPort), '--host', '127.0.0.1', '--subdomain', 'bench'],
        ...['--server', `http://127.0.0.1:${port}`],
      ]);
      const [url] = await client.says(/http:\/\/\S+/);
      return runningOf(port, new URL(url).host, [
        ['relay', relay],
        ['client', client],
      ]);
    },
  };
}

/** A process writes its CPU profile into the folder when it ends. */
function profileFlags(folder: string | undefined): (role: string) => string[] {
  if (folder === undefined) return () => [];
  return (role) => [
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    `--cpu-prof-name=${role}-${Date.now()}.cpuprofile`,
  ];
}
