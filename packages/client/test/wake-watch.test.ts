import { type Clock, type Timer, VirtualClock } from '@sellia/session';
import { beforeEach, describe, expect, it } from 'vitest';
import { networkAddresses } from '../src/network-addresses.ts';
import { type WakeReason, WakeWatch } from '../src/wake-watch.ts';

const HOUR = 3_600_000;

/** A machine whose clocks can jump while its timers stand still. */
class Machine implements Clock {
  readonly #timers = new VirtualClock();
  /** What the monotonic clock has seen and the timers have not. */
  #stopped = 0;
  wall = 1_700_000_000_000;
  addresses = '192.0.2.7';

  now(): number {
    return this.#timers.now() + this.#stopped;
  }

  after(ms: number, fire: () => void): Timer {
    return this.#timers.after(ms, fire);
  }

  soon(fire: () => void): void {
    this.#timers.soon(fire);
  }

  get pending(): number {
    return this.#timers.pending;
  }

  run(ms: number): void {
    for (let left = ms; left > 0; left -= 250) {
      this.wall += Math.min(250, left);
      this.#timers.advance(Math.min(250, left));
    }
  }

  /** SIGSTOP, or sleep on a system whose monotonic clock goes on. */
  stop(ms: number): void {
    this.#stopped += ms;
    this.wall += ms;
  }

  /** Sleep where the monotonic clock sleeps as well. */
  sleep(ms: number): void {
    this.wall += ms;
  }
}

let machine: Machine;
let told: WakeReason[];
let watch: WakeWatch;

beforeEach(() => {
  machine = new Machine();
  told = [];
  watch = new WakeWatch({
    clock: machine,
    wallClock: () => machine.wall,
    addresses: () => machine.addresses,
    onWake: (why) => told.push(why),
  });
});

describe('a watch for wake-ups', () => {
  it('says nothing of a quiet day', () => {
    machine.run(HOUR);
    expect(told).toEqual([]);
  });

  it('tells once, within a second, that the process was stopped', () => {
    machine.run(60_500);
    machine.stop(20_000);
    machine.run(1_000);
    expect(told).toEqual(['wake']);
    machine.run(60_000);
    expect(told).toEqual(['wake']);
  });

  it('tells that the machine slept although its monotonic clock did not see it', () => {
    machine.run(60_500);
    machine.sleep(30_000);
    machine.run(60_000);
    expect(told).toEqual(['wake']);
  });

  it('says nothing of a pause that a busy process makes', () => {
    machine.run(10_000);
    machine.stop(4_500);
    machine.run(10_000);
    expect(told).toEqual([]);
  });

  it('takes a clock set forward for a sleep, once, and one set back for what it is', () => {
    machine.run(10_000);
    machine.wall += HOUR;
    machine.run(10_000);
    expect(told).toEqual(['wake']);
    machine.wall -= 2 * HOUR;
    machine.run(HOUR);
    expect(told).toEqual(['wake']);
  });

  it('tells each change of the addresses once', () => {
    machine.run(10_000);
    machine.addresses = '';
    machine.run(5_000);
    machine.addresses = '198.51.100.9';
    machine.run(5_000);
    expect(told).toEqual(['network', 'network']);
  });

  it('tells a wake-up on another network once', () => {
    machine.sleep(HOUR);
    machine.addresses = '198.51.100.9';
    machine.run(10_000);
    expect(told).toEqual(['wake']);
  });

  it('leaves no timer behind, also when it is stopped by whom it tells', () => {
    watch.stop();
    expect(machine.pending).toBe(0);
    const other = new WakeWatch({
      clock: machine,
      wallClock: () => machine.wall,
      addresses: () => machine.addresses,
      onWake: () => other.stop(),
    });
    expect(machine.pending).toBe(1);
    machine.stop(20_000);
    machine.run(2_000);
    expect(machine.pending).toBe(0);
  });
});

describe('the addresses of this machine', () => {
  it('are the same text while nothing changes, without loopback', () => {
    expect(networkAddresses()).toBe(networkAddresses());
    expect(networkAddresses()).not.toMatch(/127\.0\.0\.1|(^| )::1( |$)|fe80:/);
  });
});
