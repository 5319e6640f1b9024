import { VirtualClock } from '@sellia/session';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConnectOptions, connect } from '../src/connect.ts';
import type { SelliaError } from '../src/errors.ts';
import type { NextAttempt, Tunnel, TunnelStatus } from '../src/tunnel-status.ts';
import { FakeRelay } from './fake-relay.ts';
import { guarded, later } from './rig.ts';

/** Timers fire when a test says so; what is written leaves in real turns, to real sockets. */
class HandClock extends VirtualClock {
  override soon(fire: () => void): void {
    setImmediate(fire);
  }
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function relayAt(port = 0): Promise<{ relay: FakeRelay; server: string }> {
  const relay = new FakeRelay();
  const server = await relay.listen(port);
  closers.push(() => relay.close());
  return { relay, server };
}

/** A first connect under way. */
class Connecting {
  readonly clock = new HandClock();
  readonly statuses: TunnelStatus[] = [];
  readonly given = new AbortController();
  readonly outcome: Promise<Tunnel | SelliaError>;
  #waiting = later<NextAttempt>();

  constructor(server: string, options: Partial<ConnectOptions> = {}) {
    const { clock, given } = this;
    this.outcome = connect({
      server,
      upstream: '1',
      clock,
      signal: given.signal,
      onStatus: (status) => this.#onStatus(status),
      ...options,
    }).catch((error: SelliaError) => error);
    closers.push(() => this.given.abort());
  }

  /** The next attempt that is announced. */
  async announced(): Promise<NextAttempt> {
    const next = await guarded(this.#waiting.promise, 'an announced attempt');
    this.#waiting = later();
    return next;
  }

  async tunnel(): Promise<Tunnel> {
    const outcome = await guarded(this.outcome, 'the tunnel');
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async failure(): Promise<SelliaError> {
    const outcome = await guarded(this.outcome, 'the failure');
    if (!(outcome instanceof Error)) throw new Error('it succeeded');
    return outcome;
  }

  #onStatus(status: TunnelStatus): void {
    this.statuses.push(status);
    if ('attempt' in status) this.#waiting.resolve(status);
  }
}

describe('a first connect to a busy relay', () => {
  it.each([429, 502, 503])(
    'that answers %d comes again when the relay has asked',
    async (status) => {
      const { relay, server } = await relayAt();
      relay.judge = () => status;
      relay.retryAfter = 7;
      const connecting = new Connecting(server);
      for (const attempt of [2, 3]) {
        const next = await connecting.announced();
        expect(next).toMatchObject({
          state: 'connecting',
          attempt,
          error: { code: 'SELLIA_RELAY_BUSY' },
        });
        expect(next.delayMs).toBeGreaterThanOrEqual(7_000);
        expect(next.delayMs).toBeLessThanOrEqual(10_500);
        connecting.clock.advance(next.delayMs - 1);
        expect(relay.requests.length).toBe(attempt - 1);
        if (attempt === 3) relay.judge = () => 0;
        connecting.clock.advance(1);
      }
      const tunnel = await connecting.tunnel();
      expect(tunnel.url).toBe('http://random.test');
      expect(connecting.statuses.map(({ state }) => state)).toEqual([
        'connecting',
        'connecting',
        'public',
      ]);
      expect(relay.requests.length).toBe(3);
    },
  );

  it('that asks for no time comes again soon, and goes on without end', async () => {
    const { relay, server } = await relayAt();
    relay.judge = () => 503;
    const connecting = new Connecting(server);
    for (let attempt = 2; attempt < 40; attempt++) {
      const next = await connecting.announced();
      const bound = Math.min(30_000, Math.max(500, connecting.clock.now()));
      expect(next.attempt).toBe(attempt);
      expect(next.delayMs).toBeLessThanOrEqual(bound);
      connecting.clock.advance(next.delayMs);
    }
  });

  it('that leaves as soon as it has greeted goes on to the next one', async () => {
    const { relay, server } = await relayAt();
    relay.answer = (session) => session.close('SELLIA_GOING_AWAY', 'drained');
    const connecting = new Connecting(server);
    const next = await connecting.announced();
    expect(next).toMatchObject({ attempt: 2, error: { code: 'SELLIA_GOING_AWAY' } });
    relay.answer = undefined;
    connecting.clock.advance(next.delayMs);
    expect((await connecting.tunnel()).status.state).toBe('public');
  });

  it('that cannot be reached then waits for it: it was there', async () => {
    const { relay, server } = await relayAt();
    const { port } = relay;
    relay.judge = () => 503;
    const connecting = new Connecting(server);
    const busy = await connecting.announced();
    await relay.close();
    closers.splice(0, 1);
    connecting.clock.advance(busy.delayMs);
    const gone = await connecting.announced();
    expect(gone).toMatchObject({ attempt: 3, error: { code: 'SELLIA_RELAY_UNREACHABLE' } });
    await relayAt(port);
    connecting.clock.advance(gone.delayMs);
    expect((await connecting.tunnel()).status.state).toBe('public');
  });

  it('counts a later loss anew', async () => {
    const { relay, server } = await relayAt();
    relay.judge = () => 503;
    const connecting = new Connecting(server);
    const busy = await connecting.announced();
    relay.judge = () => 0;
    connecting.clock.advance(busy.delayMs);
    await connecting.tunnel();
    connecting.clock.advance(1_000);
    relay.cut();
    expect(await connecting.announced()).toMatchObject({ state: 'reconnecting', attempt: 1 });
  });
});

describe('what ends a first connect to a busy relay', () => {
  async function busy(options: Partial<ConnectOptions> = {}) {
    const { relay, server } = await relayAt();
    relay.judge = () => 503;
    const connecting = new Connecting(server, options);
    const next = await connecting.announced();
    relay.judge = () => 0;
    return { relay, connecting, next };
  }

  it('a key that is refused', async () => {
    const { relay, connecting, next } = await busy();
    relay.judge = () => 401;
    connecting.clock.advance(next.delayMs);
    expect((await connecting.failure()).code).toBe('SELLIA_UNAUTHORIZED');
    expect(connecting.statuses.at(-1)).toMatchObject({ state: 'closed' });
    expect(connecting.clock.pending).toBe(0);
  });

  it.each(['SELLIA_NAME_TAKEN', 'SELLIA_NAME_RESERVED', 'SELLIA_VERSION'] as const)(
    '%s',
    async (code) => {
      const { relay, connecting, next } = await busy({ name: 'x' });
      relay.answer = (session, { tunnel }) => {
        if (code === 'SELLIA_VERSION') session.close(code, 'too old');
        else session.sendControl({ type: 'tunnel.refused', tunnel, code, reason: '', hint: '' });
      };
      connecting.clock.advance(next.delayMs);
      expect((await connecting.failure()).code).toBe(code);
      expect(relay.requests.length).toBe(2);
    },
  );

  it('its owner, at once, whatever the relay asked for', async () => {
    const { connecting } = await busy();
    connecting.given.abort();
    expect((await connecting.failure()).code).toBe('SELLIA_ABORTED');
    expect(connecting.statuses.at(-1)).toEqual({ state: 'closed' });
    expect(connecting.clock.pending).toBe(0);
  });

  it('its owner, while an attempt is under way', async () => {
    const { relay, connecting, next } = await busy();
    relay.answer = () => connecting.given.abort();
    connecting.clock.advance(next.delayMs);
    expect((await connecting.failure()).code).toBe('SELLIA_ABORTED');
    expect(connecting.clock.pending).toBe(0);
  });

  it('the first answer, when it shall not dial again', async () => {
    const { relay, server } = await relayAt();
    relay.judge = () => 503;
    const error = await new Connecting(server, { reconnect: false }).failure();
    expect(error).toMatchObject({ code: 'SELLIA_RELAY_BUSY', retryable: true });
    expect(relay.requests.length).toBe(1);
  });
});
