import { VirtualClock } from '@sellia/session';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LeaseHolder } from '../../src/names/lease.ts';
import { LeaseSecrets } from '../../src/names/lease-secret.ts';
import { MemoryRegistry } from '../../src/names/memory-registry.ts';

class Holder implements LeaseHolder {
  readonly tunnel = 1;
  readonly isLeaving = false;
  readonly reports = undefined;
  replacements = 0;

  open() {
    return undefined;
  }

  replaced(): void {
    this.replacements++;
  }
}

class Waiter {
  readonly heard: string[] = [];

  leaseHeld(): void {
    this.heard.push('held');
  }

  leaseGone(): void {
    this.heard.push('gone');
  }
}

let clock: VirtualClock;
let names: MemoryRegistry;
beforeEach(() => {
  clock = new VirtualClock();
  names = new MemoryRegistry(clock);
});

test('a name goes to exactly one of many who claim it at once', async () => {
  const claims = Array.from({ length: 100 }, () => names.claim('myapp', new Holder(), false));
  const won = (await Promise.all(claims)).filter((lease) => lease !== undefined);
  expect(won.length).toBe(1);
  expect(names.find('myapp')).toBe(won[0]);
  expect(names.held).toBe(1);
});

test('names of object members are nothing special', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    expect(names.find(name)).toBeUndefined();
  }
});

test('whoever proves an earlier lease takes the name over, and the old holder is told', async () => {
  const [old, fresh] = [new Holder(), new Holder()];
  const lease = await names.claim('myapp', old, false);
  expect(await names.claim('myapp', fresh, true)).toBe(lease);
  expect(lease?.holder).toBe(fresh);
  expect([old.replacements, names.held]).toEqual([1, 1]);
});

test('the late end of the old holder does not harm the new one', async () => {
  const [old, fresh] = [new Holder(), new Holder()];
  const lease = await names.claim('myapp', old, false);
  await names.claim('myapp', fresh, true);
  if (lease !== undefined) names.release(lease, old);
  expect(names.find('myapp')?.holder).toBe(fresh);
});

describe('a name kept for its client', () => {
  test('is nobody’s until the client comes back', async () => {
    const old = new Holder();
    const lease = await names.claim('myapp', old, false);
    if (lease === undefined) throw new Error('not claimed');
    names.release(lease, old, 5_000);
    const waiter = new Waiter();
    lease.wait(waiter, 1);
    expect(lease.wait(new Waiter(), 1)).toBe(false);
    expect([names.held, await names.claim('myapp', new Holder(), false)]).toEqual([0, undefined]);
    expect(await names.claim('myapp', new Holder(), true)).toBe(lease);
    expect([waiter.heard, names.held, clock.pending]).toEqual([['held'], 1, 0]);
  });

  test('is free when the time is over', async () => {
    const old = new Holder();
    const lease = await names.claim('myapp', old, false);
    if (lease === undefined) throw new Error('not claimed');
    names.release(lease, old, 5_000);
    const waiter = new Waiter();
    lease.wait(waiter, 1);
    clock.advance(5_000);
    expect([waiter.heard, names.find('myapp')]).toEqual([['gone'], undefined]);
    expect(await names.claim('myapp', new Holder(), false)).toBeDefined();
  });
});

test('a lease is proved by its secret and by nothing else', () => {
  const secrets = new LeaseSecrets(Buffer.alloc(32, 1));
  const secret = secrets.of('myapp');
  expect(secrets.proves(secret, 'myapp')).toBe(true);
  expect(new LeaseSecrets(Buffer.alloc(32, 1)).proves(secret, 'myapp')).toBe(true);
  expect(new LeaseSecrets().proves(secret, 'myapp')).toBe(false);
  for (const wrong of ['', secret.slice(1), `${secret}x`, secret.toLowerCase(), '\udfff']) {
    expect(secrets.proves(wrong, 'myapp')).toBe(false);
  }
  expect(secrets.proves(secret, 'myapp2')).toBe(false);
});
