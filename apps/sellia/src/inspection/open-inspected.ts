import type { Tunnel } from '@sellia/client';
import type { ConfigurationLine } from '@sellia/inspector';
import type { Output } from '../output/output.ts';
import { EarlyFeed } from './early-feed.ts';
import { Inspection } from './inspection.ts';
import type { InspectorChoice } from './inspector-choice.ts';
import type { InspectorRegistry } from './registry.ts';

export interface InspectedTunnel {
  readonly tunnel: Tunnel;
  /** Undefined when none was wanted, or none could be started. */
  readonly inspection: Inspection | undefined;
  /** The tunnel's feed, to be released when all have subscribed. */
  readonly feed: EarlyFeed;
}

/** Starts the inspector, if there is to be one; that it cannot is a warning: the tunnel matters more. */
export async function startInspection(
  choice: InspectorChoice | undefined,
  registry: InspectorRegistry,
  output: Output,
  configurationOf: (choice: InspectorChoice) => readonly ConfigurationLine[],
): Promise<Inspection | undefined> {
  try {
    if (choice === undefined) return undefined;
    return await Inspection.start(choice, registry, configurationOf(choice));
  } catch (error) {
    output.warn(`there is no inspector: ${(error as Error).message}`);
    return undefined;
  }
}

/** Both, when they are there; when the tunnel fails, the inspector ends and the failure is thrown. */
export async function whenOpen(
  opening: Promise<Tunnel>,
  starting: Promise<Inspection | undefined>,
  target: string,
  output: Output,
): Promise<InspectedTunnel> {
  try {
    const tunnel = await opening;
    const feed = new EarlyFeed(tunnel.feed);
    const inspection = await starting;
    inspection?.show(tunnel, target, feed);
    if (inspection !== undefined) keepRegistered(inspection, tunnel, output);
    return { tunnel, inspection, feed };
  } catch (error) {
    void starting.then((inspection) => inspection?.close());
    throw error;
  }
}

/** Name and URL may be others after a reconnect. */
function keepRegistered(inspection: Inspection, tunnel: Tunnel, output: Output): void {
  const register = (): void => {
    try {
      inspection.register();
    } catch (error) {
      const reason = (error as Error).message;
      output.warn(`sellia requests and its like will not find this inspector: ${reason}`);
    }
  };
  tunnel.on('ready', register);
  register();
}
