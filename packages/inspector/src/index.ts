/**
 * Shows what goes through tunnels, on this machine.
 *
 *     const inspector = await Inspector.start({ version: '1.0.0' });
 *     inspector.show(shownTunnel(tunnel, 'localhost:8080'));   // of @sellia/client
 *     console.log(inspector.invitation);          // http://localhost:4040/?token=…
 *     await inspector.close();
 */
export { type CaptureLimits, DEFAULT_CAPTURE } from './capture/limits.ts';
export type { SocketLevel } from './capture/websocket/socket-detail.ts';
export type { ReplayEdit } from './replay/replay.ts';
export { ReplayRefused } from './replay/replay-refused.ts';
export { Inspector } from './server/inspector.ts';
export {
  type ConfigurationLine,
  DEFAULT_PORT,
  type InspectorOptions,
  type Neighbour,
  type ShownTunnel,
} from './server/options.ts';
export { shownTunnel } from './server/shown-tunnel.ts';
