import { connect, type Tunnel } from '@sellia/client';
import { createRelay, type Relay } from '@sellia/relay';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { Rig, type RigOptions, type StartedUpstream, startUpstream } from './rig.ts';

/** Relay and client in this process: fast, and their counters can be read. */
export class InProcessRig extends Rig {
  readonly relay: Relay;
  readonly tunnel: Tunnel;
  /** What the relay told, newest last. */
  readonly events: unknown[];

  constructor(
    options: RigOptions,
    upstream: StartedUpstream,
    parts: { relay: Relay; tunnel: Tunnel; events: unknown[]; link?: FaultProxy | undefined },
  ) {
    super(options, upstream, parts.link);
    this.relay = parts.relay;
    this.tunnel = parts.tunnel;
    this.events = parts.events;
  }

  get port(): number {
    return this.relay.port;
  }

  streams(): { relay: number; client: number } {
    return { relay: this.relay.stats().streams, client: this.tunnel.stats().streams };
  }

  assertHealthy(): void {
    const { sessions, tunnels } = this.relay.stats();
    if (sessions < 1 || tunnels < 1) throw new Error(`the client was lost: ${sessions} sessions`);
    const fault = this.events.find((event) =>
      /fault/.test(String((event as { type?: string }).type)),
    );
    if (fault !== undefined) throw new Error('the relay had a fault', { cause: fault });
  }

  protected async stop(): Promise<void> {
    await this.tunnel.close({ drainMs: 0 });
    await this.relay.close({ drainMs: 0 });
  }
}

export async function startRig(options: RigOptions = {}): Promise<InProcessRig> {
  const upstream = await startUpstream(options.upstream);
  const events: unknown[] = [];
  const relay = await createRelay({
    host: '127.0.0.1',
    port: 0,
    domain: options.domain ?? 'test',
    ...options.relayOptions,
    onEvent: (event) => {
      if (events.push(event) > 10_000) events.splice(0, 5_000);
      options.relayOptions?.onEvent?.(event);
    },
  });
  const link = options.hasFaultyLink === true ? await faultyLink(relay.port) : undefined;
  try {
    const tunnel = await connect({
      server: link?.url ?? `http://127.0.0.1:${relay.port}`,
      upstream: upstream.url,
      name: options.name ?? 'one',
      ...options.connectOptions,
    });
    return new InProcessRig(options, upstream, { relay, tunnel, events, link });
  } catch (error) {
    await link?.close();
    await relay.close({ drainMs: 0 });
    throw error;
  }
}

export function faultyLink(port: number): Promise<FaultProxy> {
  return FaultProxy.start({ host: '127.0.0.1', port });
}
