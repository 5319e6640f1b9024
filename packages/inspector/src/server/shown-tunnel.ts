import type { Tunnel } from '@sellia/client';
import type { ShownTunnel } from './options.ts';

/**
 * A tunnel as an inspector is given it. Its name, URL and status change, and are asked for each time.
 * `target`: what it forwards to, as the user gave it. `feed`: where its facts come from, if not at once
 * from the tunnel.
 */
export function shownTunnel(
  tunnel: Tunnel,
  target: string,
  feed: ShownTunnel['feed'] = tunnel.feed,
): ShownTunnel {
  return {
    target,
    feed,
    get name() {
      return tunnel.name;
    },
    get url() {
      return tunnel.url;
    },
    get status() {
      return tunnel.status;
    },
    get roundTrip() {
      return tunnel.roundTrip;
    },
    get link() {
      return tunnel.link;
    },
    on: (name, listener) => tunnel.on(name, listener),
    off: (name, listener) => tunnel.off(name, listener),
    stats: () => tunnel.stats(),
    replay: (replay) => tunnel.replay(replay),
    waitingBytes: (exchange) => tunnel.waitingBytes(exchange),
    sendMessage: (exchange, message) => tunnel.sendMessage(exchange, message),
  };
}
