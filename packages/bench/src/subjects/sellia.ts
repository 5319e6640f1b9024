import { fileURLToPath } from 'node:url';
import { Child } from '../child.ts';
import { freePort } from '../free-port.ts';
import { programPath } from '../program.ts';
import { listening } from '../ready.ts';
import { runningOf } from './running.ts';
import type { Running, Subject } from './subject.ts';

export interface SelliaOptions {
  /** Where CPU profiles of relay and client go. Default: none are made. */
  readonly profileFolder?: string;
}

/** Arguments after `node` that start a client for that relay and upstream. */
type ClientArguments = (server: string, upstreamPort: number) => string[];

/** The relay program and the client library with nobody on its feed: what the targets are about. */
export function selliaSubject(options: SelliaOptions): Subject {
  return subject(
    'sellia',
    'sellia-relay and @sellia/client, no subscriber',
    options,
    libraryClient,
  );
}

/** The same, but nothing is kept to be sent again: what resuming costs. */
export function selliaWithoutResume(options: SelliaOptions): Subject {
  return subject(
    'sellia, no resume',
    'sellia-relay --resume-grace 0 and @sellia/client, no subscriber',
    options,
    libraryClient,
    ['--resume-grace', '0'],
  );
}

/** The same, and an inspector keeps what passes, while nobody looks: what capturing costs. */
export function selliaInspected(options: SelliaOptions): Subject {
  return subject(
    'sellia, inspected',
    'sellia-relay, @sellia/client and @sellia/inspector, no page open',
    options,
    inspectedClient,
  );
}

/** The relay and CLI programs, the CLI printing its request lines into a pipe. */
export function selliaCliSubject(options: SelliaOptions): Subject {
  return subject('sellia http', 'sellia-relay and the CLI with request lines', options, cliClient);
}

// As the programs set them for themselves.
const HEAP_SHAPE = ['--max-semi-space-size=2', '--heap-growing-percent=400'];

const libraryClient: ClientArguments = (server, upstreamPort) => [
  ...HEAP_SHAPE,
  programPath('sellia-client'),
  JSON.stringify({ server, upstreamPort }),
];

const inspectedClient: ClientArguments = (server, upstreamPort) => [
  ...HEAP_SHAPE,
  programPath('sellia-inspected'),
  JSON.stringify({ server, upstreamPort }),
];

const cliClient: ClientArguments = (server, upstreamPort) => [
  appPath('sellia'),
  ...['http', String(upstreamPort), '--host', '127.0.0.1'],
  ...['--subdomain', 'bench', '--server', server, '--no-remember', '--no-inspector'],
];

function appPath(app: string): string {
  return fileURLToPath(new URL(`../../../../apps/${app}/src/main.ts`, import.meta.url));
}

function subject(
  name: string,
  about: string,
  { profileFolder }: SelliaOptions,
  clientArguments: ClientArguments,
  relayArguments: readonly string[] = [],
): Subject {
  const missing = async () => undefined;
  const flags = profileFlags(name, profileFolder);
  return {
    name,
    about,
    missing,
    start: (port, folder) =>
      start(port, clientArguments, [...relayArguments, '--state-dir', folder], flags),
  };
}

async function start(
  upstreamPort: number,
  clientArguments: ClientArguments,
  relayArguments: readonly string[],
  flags: (role: string) => string[],
): Promise<Running> {
  const port = await freePort();
  const bind = ['--host', '127.0.0.1', '--port', String(port), '--domain', 'localhost'];
  const relay = new Child('sellia-relay', process.execPath, [
    ...flags('relay'),
    appPath('relay'),
    ...bind,
    ...relayArguments,
  ]);
  await listening(port, relay);
  const client = new Child('sellia', process.execPath, [
    ...flags('client'),
    ...clientArguments(`http://127.0.0.1:${port}`, upstreamPort),
  ]);
  try {
    const [url] = await client.says(/http:\/\/\S+/);
    return runningOf(port, new URL(url).host, [
      ['relay', relay],
      ['client', client],
    ]);
  } catch (error) {
    await client.stop();
    await relay.stop();
    throw error;
  }
}

/** A process writes its CPU profile into the folder when it ends. */
function profileFlags(name: string, folder: string | undefined): (role: string) => string[] {
  if (folder === undefined) return () => [];
  return (role) => [
    '--cpu-prof',
    `--cpu-prof-dir=${folder}`,
    `--cpu-prof-name=${name.replaceAll(/[ ,]+/g, '-')}-${role}-${Date.now()}.cpuprofile`,
  ];
}
