import { type Environment, type Failure, programFailure } from '@sellia/terminal';
import type { InspectorRegistry, RunningInspector } from '../inspection/registry.ts';
import { isAnother } from '../leases/holder.ts';
import { InspectorClient, InspectorSilent } from './inspector-client.ts';

/** An inspector that answers. */
export interface FoundInspector {
  readonly client: InspectorClient;
  /** Whether its program may come back after a lost connection. */
  readonly isAlive: () => boolean;
}

export interface WhichInspector {
  /** A URL, with or without the token; undefined for all that run. */
  readonly named: string | undefined;
  readonly env: Environment;
  readonly registry: InspectorRegistry;
  readonly asked: AbortSignal;
}

/** One that runs answers at once, unless the machine has much to do. */
const PROBE_MS = 5_000;

/** The one that is named, or all of this user. Throws a Failure when there is none. */
export async function findInspectors(which: WhichInspector): Promise<FoundInspector[]> {
  const { named, registry, asked } = which;
  if (named !== undefined) return [await namedInspector(named, which)];
  const found = await Promise.all(registry.others().map((entry) => probed(entry, registry, asked)));
  const running = found.filter((one) => one !== undefined);
  if (running.length > 0) return running;
  throw programFailure('SELLIA_NO_INSPECTOR', 'no inspector is running', [
    'start a tunnel first: sellia http 8080',
    'or name one: --inspector http://localhost:4040/?token=…',
  ]);
}

async function probed(
  entry: RunningInspector,
  registry: InspectorRegistry,
  asked: AbortSignal,
): Promise<FoundInspector | undefined> {
  const client = new InspectorClient(entry, asked);
  try {
    await client.probe(PROBE_MS);
    return { client, isAlive: () => isAnother(entry.holder) };
  } catch (error) {
    asked.throwIfAborted();
    if (!(error instanceof InspectorSilent)) throw error;
    if (!error.isLate) registry.forget(entry);
    return undefined;
  }
}

async function namedInspector(
  text: string,
  { env, registry, asked }: WhichInspector,
): Promise<FoundInspector> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw none(`"${text}" is no URL`);
  const known = registry.others().find((entry) => new URL(entry.url).port === url.port);
  const token = url.searchParams.get('token') ?? env.SELLIA_INSPECTOR_TOKEN ?? known?.token;
  if (!token) throw none(`the token of ${url.origin} is missing`);
  const client = new InspectorClient({ url: text, token }, asked);
  try {
    await client.probe(PROBE_MS);
  } catch (error) {
    asked.throwIfAborted();
    throw none((error as Error).message);
  }
  return { client, isAlive: () => known === undefined || isAnother(known.holder) };
}

function none(reason: string): Failure {
  return programFailure('SELLIA_NO_INSPECTOR', reason, [
    'give the whole link that sellia http prints, or its token as SELLIA_INSPECTOR_TOKEN',
  ]);
}
