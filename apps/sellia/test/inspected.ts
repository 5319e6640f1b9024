import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Running } from '@sellia/terminal/running';

export const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const relayMain = createRequire(import.meta.url).resolve('sellia-relay/main');

/** A relay that takes everybody. */
export function startRelay(): Running {
  return new Running(relayMain, ['--host', '127.0.0.1', '--port', '0']);
}

/** A tunnel with an inspector at some port. */
export interface Inspected {
  readonly program: Running;
  /** The public URL. */
  readonly url: string;
  /** Of the inspector's page, as it is printed. */
  readonly invitation: URL;
  /** A request to the inspector, with the token. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
}

export async function startInspected(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Inspected> {
  const program = new Running(main, ['http', ...args, '-i', '0'], { env });
  const [, link = ''] = await program.until(/Inspector +(http:\S+)/, 'stderr');
  const [url] = await program.until(/http:\S+(?=\n)/);
  const invitation = new URL(link);
  const headers = { authorization: `Bearer ${invitation.searchParams.get('token')}` };
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${invitation.port}${path}`, { ...init, headers });
  return { program, url, invitation, ask };
}
