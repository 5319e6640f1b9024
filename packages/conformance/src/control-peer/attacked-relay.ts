import { createRelay, type Relay } from '@sellia/relay';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Visitor } from '../rig/visitor.ts';
import { eventually } from '../rig/watch.ts';
import { type Bystander, startBystander } from './bystander.ts';
import type { ControlPeer } from './control-peer.ts';
import { helloFrame } from './frames.ts';
import { type DialOptions, dialRelay, openTunnel, type PublicPeer } from './hostile-client.ts';
import { SteppedClock } from './stepped-clock.ts';

/**
 * A relay under attack, and beside it the tunnel of a client that has nothing to do with it: after
 * every test that tunnel must still answer, and the relay must have forgotten everything else.
 */
export class AttackedRelay {
  readonly clock = new SteppedClock();
  readonly #peers: ControlPeer[] = [];
  readonly #visitors: Visitor[] = [];
  /** Defects that the relay told of: an attack must not bring any to light. */
  readonly #faults: unknown[] = [];
  #relay: Relay | undefined;
  #bystander: Bystander | undefined;

  /** Registers itself with the test file that calls it. */
  static inThisFile(): AttackedRelay {
    const attacked = new AttackedRelay();
    beforeAll(() => attacked.#start());
    afterEach(() => attacked.check());
    afterAll(() => attacked.#close());
    return attacked;
  }

  get relay(): Relay {
    if (this.#relay === undefined) throw new Error('the relay has not been started');
    return this.#relay;
  }

  /** A control socket on which nothing has been said. */
  async stranger(options: DialOptions = {}): Promise<ControlPeer> {
    return this.#owned(await dialRelay(this.relay.url, options));
  }

  /** ... and one that has been welcomed. */
  async greeted(hello: Parameters<typeof helloFrame>[0] = {}): Promise<ControlPeer> {
    const peer = await this.stranger();
    peer.send(helloFrame(hello));
    await peer.takeWelcome();
    return peer;
  }

  /** ... and one that holds a tunnel. */
  async tunnel(name: string, hello: Parameters<typeof helloFrame>[0] = {}): Promise<PublicPeer> {
    const tunnel = await openTunnel(this.relay.url, name, { hello });
    this.#owned(tunnel.peer);
    return tunnel;
  }

  /** A connection to the relay, over which nothing has been sent. */
  async visitor(methods: readonly string[] = []): Promise<Visitor> {
    const visitor = await Visitor.open({ port: this.relay.port, methods });
    this.#visitors.push(visitor);
    return visitor;
  }

  /** ... and one that has asked for `target`. */
  async visit(tunnel: PublicPeer, target = '/'): Promise<Visitor> {
    const visitor = await this.visitor();
    visitor.send(requestTo(tunnel, target));
    return visitor;
  }

  #owned(peer: ControlPeer): ControlPeer {
    this.#peers.push(peer);
    return peer;
  }

  async #start(): Promise<void> {
    const { clock } = this;
    this.#relay = await createRelay({
      host: '127.0.0.1',
      port: 0,
      domain: 'localhost',
      clock,
      // What a lost client leaves behind for its return has tests of its own; so have admission and the rate of connections.
      limits: {
        resumeGraceMs: 0,
        leaseGraceMs: 0,
        attachBurst: 100_000,
        connectsPerSecond: 0,
      },
      onEvent: (event) => {
        if (event.type === 'fault') this.#faults.push(event.error);
      },
    });
    this.#bystander = await startBystander(this.#relay);
  }

  /** Runs by itself after each test. */
  async check(): Promise<void> {
    for (const visitor of this.#visitors.splice(0)) visitor.destroy();
    for (const peer of this.#peers.splice(0)) peer.terminate();
    await this.#bystander?.check();
    const fault = this.#faults.shift();
    if (fault !== undefined) throw new Error('the relay had a fault', { cause: fault });
    const stats = () => this.relay.stats();
    const isQuiet = () => stats().sessions === 1 && stats().tunnels === 1 && stats().streams === 0;
    await eventually(isQuiet, () => `one session and no stream; ${JSON.stringify(stats())}`);
  }

  async #close(): Promise<void> {
    await this.#bystander?.close();
    await this.#relay?.close({ drainMs: 0 });
  }
}

/** The bytes of a request without a body. */
export function requestTo(tunnel: PublicPeer, target: string, method = 'GET', lines = ''): string {
  const { host } = new URL(tunnel.url);
  return `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${lines}\r\n`;
}
