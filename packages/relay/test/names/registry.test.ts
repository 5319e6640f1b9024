import { VirtualClock } from '@sellia/session';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import type { Lease } from '../../src/names/lease.ts';
import { type LeaseId, LeaseSecrets } from '../../src/names/lease-secret.ts';
import { MemoryRegistry } from '../../src/names/memory-registry.ts';
import { Holder, Waiter } from './holder.ts';

const GRACE_MS = DEFAULT_LIMITS.leaseGraceMs;

let clock: VirtualClock;
let names: MemoryRegistry;

/** Wall time, as leases say it. */
let unixTime: number;
function registry(changes: Partial<typeof DEFAULT_LIMITS> = {}): MemoryRegistry {
  const secrets = new LeaseSecrets(Buffer.alloc(32), () => unixTime++);
  return new MemoryRegistry(clock, { ...DEFAULT_LIMITS, startHoldMs: 0, ...changes }, secrets);
}

beforeEach(() => {
  clock = new VirtualClock();
  unixTime = 1_000;
  names = registry();
});

function claim(
  holder: Holder,
  proof?: LeaseId,
  pool?: string,
  from = names,
): Promise<Lease | undefined> {
  return from.claim({ name: 'myapp', holder, proof, pool });
}

/** The lease, and the proof that its holder has. */
async function claimed(
  holder: Holder,
  proof?: LeaseId,
  pool?: string,
): Promise<readonly [Lease, LeaseId]> {
  const lease = await claim(holder, proof, pool);
  const id = lease?.idOf(holder);
  if (lease === undefined || id === undefined) throw new Error('not claimed');
  return [lease, id];
}

test('a name goes to exactly one of many who claim it at once', async () => {
  const claims = Array.from({ length: 100 }, () => claim(new Holder()));
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

describe('I04 I05 the proof of this very lease', () => {
  test('takes the name over, the old holder is told, and the proof stays good', async () => {
    const [old, fresh] = [new Holder(), new Holder()];
    const [lease, id] = await claimed(old);
    expect(await claimed(fresh, id)).toEqual([lease, id]);
    expect(lease.holders).toEqual([fresh]);
    expect([old.replacements, names.held]).toEqual([1, 1]);
  });

  test('the late end of the old holder does not harm the new one', async () => {
    const [old, fresh] = [new Holder(), new Holder()];
    const [lease, id] = await claimed(old);
    await claim(fresh, id);
    names.release(lease, old);
    names.release(lease, old, GRACE_MS);
    expect(names.find('myapp')?.holders).toEqual([fresh]);
  });

  test('H34 that of an earlier lease of the name takes nothing', async () => {
    const old = new Holder();
    const [lease, id] = await claimed(old);
    names.release(lease, old);
    const owner = new Holder();
    await claimed(owner);
    expect(await claim(new Holder(), id)).toBeUndefined();
    expect(owner.replacements).toBe(0);
  });

  test('H34 nor does it in the time of grace', async () => {
    const old = new Holder();
    const [first, id] = await claimed(old);
    names.release(first, old);
    const owner = new Holder();
    const [second, own] = await claimed(owner);
    names.release(second, owner, GRACE_MS);
    expect(await claim(new Holder(), id)).toBeUndefined();
    expect(await claim(new Holder(), own)).toBe(second);
  });
});

describe('I07 I08 a name in grace', () => {
  test('is nobody’s until its client comes back', async () => {
    const old = new Holder();
    const [lease, id] = await claimed(old);
    names.release(lease, old, GRACE_MS);
    const waiter = new Waiter();
    lease.wait(waiter, 1);
    expect(lease.wait(new Waiter(), 1)).toBe(false);
    expect([names.held, await claim(new Holder())]).toEqual([0, undefined]);
    expect(await claim(new Holder(), id)).toBe(lease);
    expect([waiter.heard, names.held, clock.pending]).toEqual([['held'], 1, 0]);
  });

  test('is free when the time is over', async () => {
    const old = new Holder();
    const [lease] = await claimed(old);
    names.release(lease, old, GRACE_MS);
    const waiter = new Waiter();
    lease.wait(waiter, 1);
    clock.advance(GRACE_MS - 1);
    expect(await claim(new Holder())).toBeUndefined();
    clock.advance(1);
    expect([waiter.heard, names.find('myapp')]).toEqual([['gone'], undefined]);
    expect(await claim(new Holder())).toBeDefined();
  });

  test('there are so many of them; the one that has waited longest is free early', async () => {
    names = registry({ namesInGrace: 2 });
    for (const name of ['first', 'second', 'third']) {
      const holder = new Holder();
      const lease = await names.claim({ name, holder, proof: undefined, pool: undefined });
      if (lease !== undefined) names.release(lease, holder, GRACE_MS);
    }
    expect(names.find('first')).toBeUndefined();
    expect([names.find('second'), names.find('third')]).not.toContain(undefined);
    names.close();
    expect(clock.pending).toBe(0);
  });

  test('a waiter that finds nobody there waits on', async () => {
    const old = new Holder();
    const [lease, id] = await claimed(old);
    names.release(lease, old, GRACE_MS);
    const waiter = new Waiter(false);
    lease.wait(waiter, 1);
    await claim(new Holder(), id);
    lease.wake();
    expect(waiter.heard).toEqual(['held', 'held']);
  });
});

describe('after a restart', () => {
  let before: LeaseId;
  let later: LeaseId;
  beforeEach(async () => {
    [, before] = await claimed(new Holder());
    names = registry();
    [, later] = await claimed(new Holder());
    names = registry();
  });

  test('a proof claims its name, and stays good', async () => {
    const [, id] = await claimed(new Holder(), before);
    expect(id).toEqual(before);
  });

  test('a proof takes the name from a stranger that was faster', async () => {
    const stranger = new Holder();
    await claimed(stranger);
    const owner = new Holder();
    expect((await claimed(owner, before))[1]).toEqual(before);
    expect([stranger.replacements, names.held]).toEqual([1, 1]);
    expect(await claim(new Holder())).toBeUndefined();
  });

  test('of two proofs that of the later lease wins, in either order', async () => {
    const [old, owner] = [new Holder(), new Holder()];
    await claimed(old, before);
    await claimed(owner, later);
    expect(old.replacements).toBe(1);
    expect(await claim(new Holder(), before)).toBeUndefined();
    expect(owner.replacements).toBe(0);
  });

  test('when the time of grace is over, only the proof of this very lease counts', async () => {
    const stranger = new Holder();
    await claimed(stranger);
    clock.advance(GRACE_MS);
    expect(await claim(new Holder(), later)).toBeUndefined();
    expect(stranger.replacements).toBe(0);
  });

  test('a lease of this process is no proof from before', async () => {
    const first = new Holder();
    const [lease, id] = await claimed(first);
    names.release(lease, first);
    const second = new Holder();
    await claimed(second);
    expect(await claim(new Holder(), id)).toBeUndefined();
    expect(second.replacements).toBe(0);
  });
});

describe('a pool', () => {
  test('is of those who ask for it with the same key', async () => {
    const [one, two] = [new Holder(), new Holder()];
    const [lease] = await claimed(one, undefined, 'key');
    expect(await claim(two, undefined, 'key')).toBe(lease);
    expect(await claim(new Holder(), undefined, 'other key')).toBeUndefined();
    expect(await claim(new Holder())).toBeUndefined();
    expect([lease.holders, names.held]).toEqual([[one, two], 1]);
  });

  test('does not take in a holder that wants the name for itself', async () => {
    await claimed(new Holder());
    expect(await claim(new Holder(), undefined, 'key')).toBeUndefined();
  });

  test('gives the next request to whoever has fewest, in turn among equals', async () => {
    const [one, two, three] = [new Holder(), new Holder(), new Holder(5)];
    const [lease] = await claimed(one, undefined, 'key');
    for (const holder of [two, three]) await claim(holder, undefined, 'key');
    const turns = new Set([lease.choose(), lease.choose(), lease.choose()]);
    expect(turns).toEqual(new Set([one, two]));
    two.streams = 9;
    one.streams = 6;
    expect(lease.choose()).toBe(three);
    one.isLeaving = true;
    three.isLeaving = true;
    expect(lease.choose()).toBe(two);
  });

  test('a member comes back in its own place, the others stay', async () => {
    const [ghost, other, fresh] = [new Holder(), new Holder(), new Holder()];
    const [lease, id] = await claimed(ghost, undefined, 'key');
    await claim(other, undefined, 'key');
    expect(await claim(fresh, id, 'key')).toBe(lease);
    expect([ghost.replacements, other.replacements]).toEqual([1, 0]);
    expect(lease.holders).toEqual([other, fresh]);
    expect(await claim(new Holder(), id)).toBeUndefined();
  });

  test('the last one to go ends the lease', async () => {
    const [one, two] = [new Holder(), new Holder()];
    const [lease] = await claimed(one, undefined, 'key');
    await claim(two, undefined, 'key');
    names.release(lease, one);
    expect([names.held, lease.choose()]).toEqual([1, two]);
    names.release(lease, two, GRACE_MS);
    expect([names.held, await claim(new Holder())]).toEqual([0, undefined]);
    expect(await claim(new Holder(), undefined, 'key')).toBe(lease);
    expect([names.held, clock.pending]).toEqual([1, 0]);
  });

  test('has so many members', async () => {
    names = registry({ poolSessions: 1 });
    const [, id] = await claimed(new Holder(), undefined, 'key');
    expect(await claim(new Holder(), undefined, 'key')).toBeUndefined();
    expect(await claim(new Holder(), id, 'key')).toBeDefined();
  });
});

describe('names that are expected after a start', () => {
  beforeEach(() => {
    names = registry({ startHoldMs: 10_000, expectedNames: 2 });
  });

  test('whoever claims one wakes those who wait', async () => {
    const waiter = new Waiter();
    names.expect('myapp')?.wait(waiter, 1);
    expect(names.held).toBe(0);
    const [lease] = await claimed(new Holder());
    expect([waiter.heard, lease.isExpected, names.held]).toEqual([['held'], false, 1]);
    clock.advance(10_000);
    expect(names.find('myapp')).toBe(lease);
  });

  test('when the time is over, nobody comes', () => {
    const waiter = new Waiter();
    const lease = names.expect('myapp');
    lease?.wait(waiter, 1);
    clock.advance(10_000);
    expect([waiter.heard, lease?.isExpected, names.find('myapp')]).toEqual([
      ['gone'],
      true,
      undefined,
    ]);
    expect([names.expect('another'), clock.pending]).toEqual([undefined, 0]);
  });

  test('there are so many of them, and none that nobody can have', () => {
    expect([names.expect('admin'), names.expect('_x')]).toEqual([undefined, undefined]);
    expect([names.expect('one1'), names.expect('two2')]).not.toContain(undefined);
    expect(names.expect('three3')).toBeUndefined();
    names.close();
    expect(clock.pending).toBe(0);
  });
});
