import { z } from 'zod';
import type { TunnelLog } from '../../capture/tunnel/tunnel-log.ts';
import type { ShownTunnel } from '../options.ts';
import type { Api, ApiParts } from './api.ts';
import { status } from './shapes.ts';

/** Where the tunnels stand, and what the inspector keeps. */
export function addStatus(app: Api, parts: ApiParts): void {
  const get = { summary: 'Tunnels, and what is kept.', response: { 200: status } };
  app.get('/status', { schema: get }, () => statusOf(parts));
  const patch = {
    summary: 'Stop and begin to take exchanges; those that run are followed to their end.',
    body: z.object({ isPaused: z.boolean() }),
    response: { 200: status },
  };
  app.patch('/status', { schema: patch }, ({ body }) => {
    parts.store.isPaused = body.isPaused;
    return statusOf(parts);
  });
}

export type StatusParts = Pick<ApiParts, 'store' | 'tunnels' | 'logOf' | 'version'>;

export function statusOf({ store, tunnels, logOf, version }: StatusParts): z.output<typeof status> {
  return {
    version,
    capture: {
      exchanges: store.size,
      heldBytes: store.held,
      maxBytes: store.maxBytes,
      droppedCount: store.droppedCount,
      isPaused: store.isPaused,
    },
    tunnels: tunnels().map((tunnel) => tunnelOf(tunnel, logOf(tunnel))),
  };
}

function tunnelOf(tunnel: ShownTunnel, log: TunnelLog) {
  const { name, url, target, status: now, roundTrip, link } = tunnel;
  const { error } = now as { error?: Error };
  const { attempt = 0 } = now as { attempt?: number };
  const { state } = now;
  const reason = error?.message ?? '';
  return {
    ...{ name, url, target, state, reason, attempt, roundTripMs: roundTrip },
    ...tunnel.stats(),
    ...(link === undefined ? {} : { link }),
    ...log.read(),
  };
}
