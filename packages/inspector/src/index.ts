/**
 * Shows what goes through tunnels, on this machine.
 *
 *     const inspector = await Inspector.start({ version: '1.0.0' });
 *     inspector.show(tunnel);                     // of @sellia/client, with what it forwards to
 *     console.log(inspector.invitation);          // http://localhost:4040/?token=…
 *     await inspector.close();
 */
export { type CaptureLimits, DEFAULT_CAPTURE } from './capture/limits.ts';
export type { SocketLevel } from './capture/websocket/socket-detail.ts';
export type { ReplayEdit } from './replay/replay.ts';
export { ReplayRefused } from './replay/replay-refused.ts';
export { Inspector } from './server/inspector.ts';
export {
  DEFAULT_PORT,
  type InspectorOptions,
  type Neighbour,
  type ShownTunnel,
} from './server/options.ts';
