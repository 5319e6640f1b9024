import { limits } from '@sellia/protocol';
import { WebSocket } from 'ws';
import { GUARD_MS } from '../rig/watch.ts';
import { ControlPeer, type ControlPeerOptions } from './control-peer.ts';
import { controlFrame, helloFrame } from './frames.ts';

/** Path of the control socket on a relay's own host. */
export const CONTROL_PATH = '/_sellia/connect';

export interface DialOptions extends ControlPeerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly offersDeflate?: boolean;
}

/** What the relay said instead of 101. */
export class UpgradeRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the relay answered the upgrade with ${status}`);
    this.status = status;
  }
}

/** A control socket to `relayUrl` on which nothing has been said yet. */
export async function dialRelay(relayUrl: string, options: DialOptions = {}): Promise<ControlPeer> {
  const url = new URL(CONTROL_PATH, relayUrl.replace(/^http/, 'ws'));
  const socket = new WebSocket(url, [...(options.protocols ?? [limits.SUBPROTOCOL])], {
    headers: { ...options.headers },
    perMessageDeflate: options.offersDeflate ?? false,
    handshakeTimeout: GUARD_MS,
  });
  const peer = new ControlPeer(socket, options);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new UpgradeRefused(response.statusCode ?? 0));
      socket.terminate();
    });
  });
  return peer;
}

export interface PublicPeer {
  readonly peer: ControlPeer;
  readonly name: string;
  readonly url: string;
  readonly lease: string;
}

/** Greets the relay and opens a tunnel: from here on visitors' streams arrive at the peer. */
export async function openTunnel(
  relayUrl: string,
  name: string,
  options: DialOptions & { readonly hello?: Parameters<typeof helloFrame>[0] } = {},
): Promise<PublicPeer> {
  const peer = await dialRelay(relayUrl, options);
  peer.send(helloFrame(options.hello));
  await peer.takeWelcome();
  peer.send(controlFrame({ type: 'tunnel.open', tunnel: 1, kind: 'http', name, lease: '' }));
  const ready = await peer.takeControl('tunnel.ready');
  return { peer, name: ready.name, url: ready.url, lease: ready.lease };
}
