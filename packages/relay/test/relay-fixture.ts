import { type Clock, type Timer, VirtualClock } from '@sellia/session';
import { createRelay, type Relay, type RelayEvent, type RelayOptions } from '../src/index.ts';
import { Inbox } from './inbox.ts';
import { RawVisitor } from './raw-visitor.ts';
import { type DialOptions, ScriptedClient } from './scripted-client.ts';

/** A question and its answer over loopback take about four. */
const TURNS = 6;

/** Timers fire only when the test says so; writes are gathered in real turns. */
export class SteppedClock implements Clock {
  readonly #timers = new VirtualClock();

  now(): number {
    return this.#timers.now();
  }

  after(ms: number, fire: () => void): Timer {
    return this.#timers.after(ms, fire);
  }

  soon(fire: () => void): void {
    setImmediate(fire);
  }

  /** Timers that nobody has ended. */
  get pending(): number {
    return this.#timers.pending;
  }

  /** In steps of a second, with real turns between, so that heartbeats are answered. */
  async advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.#timers.advance(Math.min(left, 1_000));
      for (let i = 0; i < TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** A relay for one test, with whoever has come to it. Ended by `await using`. */
export class RelayFixture implements AsyncDisposable {
  readonly relay: Relay;
  readonly clock: SteppedClock;
  readonly events: RelayEvent[];
  readonly inbox = new Inbox();
  readonly #clients: ScriptedClient[] = [];
  readonly #visitors: RawVisitor[] = [];

  private constructor(relay: Relay, clock: SteppedClock, events: RelayEvent[]) {
    this.relay = relay;
    this.clock = clock;
    this.events = events;
  }

  static async start(options: RelayOptions = {}): Promise<RelayFixture> {
    const clock = new SteppedClock();
    const events: RelayEvent[] = [];
    const onEvent = (event: RelayEvent) => events.push(event);
    const own = { host: '127.0.0.1', port: 0, domain: 'test', clock, onEvent };
    const relay = await createRelay({ ...own, ...options });
    return new RelayFixture(relay, clock, events);
  }

  async client(options: DialOptions = {}): Promise<ScriptedClient> {
    const client = await ScriptedClient.dial(this.relay, this.clock, options);
    this.#clients.push(client);
    return client;
  }

  /** A client that holds the tunnel `name`. */
  async tunnel(name = 'one', options: DialOptions = {}): Promise<ScriptedClient> {
    const client = await this.client(options);
    await client.open(name);
    return client;
  }

  async visitor(bytes = ''): Promise<RawVisitor> {
    const visitor = await RawVisitor.open(this.relay.port);
    this.#visitors.push(visitor);
    if (bytes !== '') visitor.send(bytes);
    return visitor;
  }

  /** Advances the clock by `ms` again and again until `look` says yes. */
  async advanceUntil(ms: number, look: () => boolean): Promise<void> {
    const giveUp = performance.now() + 5_000;
    while (!look()) {
      if (performance.now() > giveUp) throw new Error(JSON.stringify(this.relay.stats()));
      await this.clock.advance(ms);
    }
  }

  /** Nothing is under way any more. */
  async quiet(): Promise<void> {
    const stats = () => this.relay.stats();
    await this.inbox.until(
      () => stats().streams === 0,
      () => `no stream: ${JSON.stringify(stats())}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const visitor of this.#visitors) visitor.socket.destroy();
    for (const client of this.#clients) client.close();
    await this.relay.close({ drainMs: 0 });
    const fault = this.events.find((event) => event.type === 'fault');
    if (fault !== undefined) throw fault.error;
  }
}

/** The bytes of a request to the tunnel `one`. */
export function ask(line: string, headers = '', body = ''): string {
  return `${line} HTTP/1.1\r\nHost: one.test\r\n${headers}\r\n${body}`;
}
