import { type ConnectOptions, connect, type Tunnel } from '@sellia/client';
import { FrameType } from '@sellia/protocol';
import { afterEach } from 'vitest';
import { Origin } from '../rig/origin.ts';
import type { ControlPeer } from './control-peer.ts';
import { openFrame } from './frames.ts';
import { HostileRelay, type HostileRelayOptions } from './hostile-relay.ts';

/** Dialing again must not be what a test waits for. */
const AT_ONCE = { reconnectBaseMs: 1, reconnectCapMs: 5 };

/** A client whose relay is hostile: it must survive, tell why, and serve again on a new session. */
export class AttackedClient {
  readonly relay: HostileRelay;
  readonly origin: Origin;
  readonly tunnel: Tunnel;
  /** The session under attack, already welcomed. */
  readonly peer: ControlPeer;
  readonly faults: unknown[] = [];

  private constructor(relay: HostileRelay, origin: Origin, tunnel: Tunnel, peer: ControlPeer) {
    this.relay = relay;
    this.origin = origin;
    this.tunnel = tunnel;
    this.peer = peer;
    tunnel.on('fault', (fault) => this.faults.push(fault));
  }

  static async start(
    options: Partial<ConnectOptions> = {},
    relayOptions: HostileRelayOptions = {},
  ): Promise<AttackedClient> {
    const relay = await HostileRelay.start(relayOptions);
    const origin = new Origin();
    await origin.listen();
    const connecting = connect({
      server: relay.url,
      upstream: origin.url,
      ...options,
      limits: { ...AT_ONCE, ...options.limits },
    });
    const peer = await relay.peer();
    return new AttackedClient(relay, origin, await connecting, peer);
  }

  /** A whole exchange on `peer`: what the relay is told of the origin's answer. */
  async exchange(peer: ControlPeer, streamId: number, target = '/__canary/x'): Promise<string> {
    peer.send(openFrame(streamId, { target }));
    await peer.takeType(FrameType.Head, streamId);
    let body = '';
    for (;;) {
      const data = await peer.takeType(FrameType.Data, streamId);
      body += Buffer.from(data.payload).toString('latin1');
      if (data.end) return body;
    }
  }

  /** After the attack: the client has connected anew and serves. */
  async servesAgain(): Promise<void> {
    const peer = await this.relay.peer();
    const answer = await this.exchange(peer, 1);
    if (answer !== 'GET /__canary/x\n') throw new Error(`the client answers ${answer}`);
  }

  async close(): Promise<void> {
    await this.tunnel.close({ drainMs: 0 });
    await this.relay.close();
    await this.origin.close();
    if (this.faults.length > 0) throw new Error('a handler threw', { cause: this.faults[0] });
  }

  /** Starts one in a test, and closes it behind that test. */
  static inThisFile(): typeof AttackedClient.start {
    const started: AttackedClient[] = [];
    afterEach(async () => {
      for (const client of started.splice(0)) await client.close();
    });
    return async (options, relayOptions) => {
      const client = await AttackedClient.start(options, relayOptions);
      started.push(client);
      return client;
    };
  }
}
