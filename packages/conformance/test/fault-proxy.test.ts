/** The fault proxy itself: each fault on real sockets, byte for byte, in order. */
import { once } from 'node:events';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { type Clock, VirtualClock } from '@sellia/session';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import {
  type FaultKind,
  FaultProxy,
  FaultRun,
  faultSchedule,
  scheduleText,
  type TimedFault,
} from '../src/faults/index.ts';
import { eventually, startRig, Visitor } from '../src/rig/index.ts';
import { BLOCK, bulkBlocks, MiB, sendBulk } from '../src/servers/bulk.ts';

/** One end of a connection through the proxy, and what came to it. */
class End {
  readonly socket: Socket;
  readonly chunks: Buffer[] = [];
  ended: 'fin' | 'rst' | undefined;

  constructor(socket: Socket) {
    this.socket = socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.chunks.push(bytes));
    socket.on('end', () => {
      this.ended ??= 'fin';
    });
    socket.on('error', () => {
      this.ended ??= 'rst';
    });
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  async got(text: string): Promise<void> {
    await eventually(
      () => this.text.length >= text.length,
      () => `${text} at one end; there is ${this.text}`,
    );
    expect(this.text).toBe(text);
  }

  async isEndedBy(how: 'fin' | 'rst'): Promise<void> {
    await eventually(
      () => this.ended,
      () => 'an end of a connection',
    );
    expect(this.ended).toBe(how);
  }
}

let server: Server;
let accepted: End[];
let dialled: End[];
let proxy: FaultProxy;

async function listen(clock?: Clock, connections?: number): Promise<void> {
  proxy = await FaultProxy.start(
    { host: '127.0.0.1', port: portOf(server) },
    { ...(clock && { clock }), ...(connections && { connections }) },
  );
}

beforeEach(async () => {
  accepted = [];
  dialled = [];
  server = createServer({ allowHalfOpen: true }, (socket) => accepted.push(new End(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  for (const { socket } of [...accepted, ...dialled]) socket.destroy();
  await proxy?.close();
  server.close();
  await eventually(
    () => proxy.open === 0,
    () => `${proxy.open} connections are left in the proxy`,
  );
});

function portOf(listening: Server): number {
  return (listening.address() as { port: number }).port;
}

function near(): End {
  const end = new End(dial({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
  dialled.push(end);
  return end;
}

/** A connection through the proxy, both ends. */
async function both(): Promise<[End, End]> {
  const one = near();
  return [one, await farOf(dialled.length - 1)];
}

function farOf(index: number): Promise<End> {
  return eventually(
    () => accepted[index],
    () => 'a connection at the target',
  );
}

/** Questions and answers past the proxy: whatever passes on loopback has passed by then. */
async function meanwhile(): Promise<void> {
  const bystander = dial({ port: portOf(server), host: '127.0.0.1' });
  const [index] = [accepted.length];
  await once(bystander, 'connect');
  const [far] = [await farOf(index)];
  accepted.splice(index, 1);
  for (let i = 0; i < 10; i++) {
    bystander.write('?');
    await once(far.socket, 'data');
    far.socket.write('!');
    await once(bystander, 'data');
  }
  bystander.destroy();
  far.socket.destroy();
}

describe('without a fault', () => {
  beforeEach(() => listen());

  test('bytes pass both ways, and are counted', async () => {
    const [one, other] = await both();
    one.socket.write('to the relay');
    other.socket.write('and back');
    await other.got('to the relay');
    await one.got('and back');
    expect(proxy.counts).toEqual({
      accepted: 1,
      up: { received: 12, passed: 12, lost: 0 },
      down: { received: 8, passed: 8, lost: 0 },
    });
  });

  test('an end of one direction passes alone, behind its bytes', async () => {
    const [one, other] = await both();
    one.socket.end('last words');
    await other.isEndedBy('fin');
    await other.got('last words');
    other.socket.end('of both');
    await one.isEndedBy('fin');
    await one.got('of both');
    await eventually(
      () => proxy.open === 0,
      () => 'the proxy keeps a connection',
    );
  });

  test('a reset passes, either way', async () => {
    const [one, other] = await both();
    one.socket.resetAndDestroy();
    await other.isEndedBy('rst');
    const [two, another] = await both();
    another.socket.resetAndDestroy();
    await two.isEndedBy('rst');
  });

  test('a reader that stops stops its writer: the proxy holds little', async () => {
    const [one, other] = await both();
    other.socket.pause();
    void sendBulk(one.socket, 32 * MiB);
    const still = await standstill(() => proxy.counts.up.received);
    expect(one.socket.writableLength).toBeGreaterThan(0);
    expect(still - proxy.counts.up.passed).toBeLessThan(256 * 1024);
    other.socket.resume();
    await bulkArrives(other, 32 * MiB);
  });

  test('a target that is not there resets whoever dials', async () => {
    server.close();
    const one = near();
    await one.isEndedBy('rst');
  });
});

describe('cut', () => {
  beforeEach(() => listen());

  for (const how of ['fin', 'rst'] as const) {
    test(`${how}: all connections at once, both ends; new ones are well`, async () => {
      const pairs = [await both(), await both()];
      proxy.cut(how);
      for (const end of pairs.flat()) await end.isEndedBy(how);
      const [one, other] = await both();
      one.socket.write('again');
      await other.got('again');
    });
  }

  for (const [side, told] of [
    ['near', 0],
    ['far', 1],
  ] as const) {
    test(`the ${side} side alone: the other is half-open, until the link heals`, async () => {
      const pair = await both();
      proxy.cut('rst', side);
      await pair[told].isEndedBy('rst');
      const other = pair[1 - told] as End;
      other.socket.write('anybody?');
      await meanwhile();
      expect(other.ended).toBeUndefined();
      await proxy.heal();
      await other.isEndedBy('rst');
    });
  }
});

describe('black hole', () => {
  beforeEach(() => listen());

  test('nothing passes and nobody is told; healed, all arrives in order', async () => {
    const [one, other] = await both();
    proxy.blackHole();
    for (const word of ['a', 'b', 'c']) one.socket.write(word);
    other.socket.end('z');
    await meanwhile();
    expect([one.text, other.text, one.ended]).toEqual(['', '', undefined]);
    await proxy.heal();
    await other.got('abc');
    await one.got('z');
    await one.isEndedBy('fin');
  });

  test('one direction alone', async () => {
    const [one, other] = await both();
    proxy.blackHole('up');
    one.socket.write('lost for now');
    other.socket.write('down passes');
    await one.got('down passes');
    await meanwhile();
    expect(other.text).toBe('');
    await proxy.heal();
    proxy.blackHole('down');
    one.socket.write(', up passes');
    await other.got('lost for now, up passes');
  });

  test('new connections are accepted and silent; the target hears of them when it heals', async () => {
    proxy.blackHole();
    const one = near();
    await once(one.socket, 'connect');
    one.socket.write('hello?');
    await meanwhile();
    expect(accepted).toEqual([]);
    await proxy.heal();
    await (await farOf(0)).got('hello?');
  });

  test('whoever leaves it is gone when it heals', async () => {
    const [one, other] = await both();
    proxy.blackHole();
    one.socket.destroy();
    await meanwhile();
    expect(other.ended).toBeUndefined();
    await proxy.heal();
    await other.isEndedBy('fin');
  });
});

test('refuse: new ones get ECONNREFUSED, the old go on; accept is on the same port', async () => {
  await listen();
  const [one, other] = await both();
  proxy.refuse();
  const refused = dial({ port: proxy.port, host: '127.0.0.1' });
  await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  one.socket.write('still here');
  await other.got('still here');
  await proxy.accept();
  const again = near();
  again.socket.write('back');
  await (await farOf(1)).got('back');
});

test('connections beyond its bound are dropped', async () => {
  await listen(undefined, 1);
  const [one, other] = await both();
  await near().isEndedBy('fin');
  one.socket.write('mine');
  await other.got('mine');
});

describe('delay', () => {
  let clock: SteppedClock;
  beforeEach(async () => {
    clock = new SteppedClock();
    await listen(clock);
  });

  test('each way, to the millisecond, ends too', async () => {
    const [one, other] = await both();
    proxy.delay(100);
    one.socket.end('up');
    other.socket.write('down');
    await arrived(2, 4);
    await meanwhile();
    await clock.advance(99);
    await meanwhile();
    expect([one.text, other.text, other.ended]).toEqual(['', '', undefined]);
    await clock.advance(1);
    await other.got('up');
    await other.isEndedBy('fin');
    await one.got('down');
  });

  test('a shorter delay lets nothing overtake', async () => {
    const [one, other] = await both();
    proxy.delay(1_000);
    one.socket.write('first ');
    await arrived(6, 0);
    proxy.delay(10);
    one.socket.write('second');
    await arrived(12, 0);
    await clock.advance(10);
    await other.got('first second');
  });

  test('what is on its way has a bound; then it reads no more', async () => {
    const [one, other] = await both();
    proxy.delay(60_000);
    void sendBulk(one.socket, 40 * MiB);
    await standstill(() => proxy.counts.up.received);
    expect(one.socket.writableLength).toBeGreaterThan(0);
    expect(proxy.counts.up.received).toBeGreaterThan(8 * MiB);
    expect(proxy.counts.up.received).toBeLessThan(17 * MiB);
    expect(other.text).toBe('');
    await proxy.heal();
    await bulkArrives(other, 40 * MiB);
  });

  test('a cut loses what is on its way', async () => {
    const [one, other] = await both();
    proxy.delay(100);
    one.socket.write('too late');
    await arrived(8, 0);
    proxy.cut('fin');
    await other.isEndedBy('fin');
    await clock.advance(100);
    expect([other.text, proxy.counts.up.lost]).toEqual(['', 8]);
  });
});

test('throttle: so many bytes a second, evenly', async () => {
  const clock = new SteppedClock();
  await listen(clock);
  const [one, other] = await both();
  proxy.throttle(64 * 1024);
  void sendBulk(one.socket, MiB);
  await standstill(() => proxy.counts.up.received);
  const passed: number[] = [];
  for (let tenth = 0; tenth < 20; tenth++) {
    for (let i = 0; i < 10; i++) await clock.advance(10);
    passed.push(proxy.counts.up.passed);
  }
  for (const [tenth, bytes] of passed.entries()) {
    const due = ((tenth + 1) * 64 * 1024) / 10;
    expect(Math.abs(bytes - due)).toBeLessThan(8 * 1024);
  }
  // No large buffer in front of the slow link.
  expect(proxy.counts.up.received - proxy.counts.up.passed).toBeLessThan(192 * 1024);
  await proxy.heal();
  await bulkArrives(other, MiB);
});

describe('slice', () => {
  test('one byte at a time, the gap between two', async () => {
    const clock = new SteppedClock();
    await listen(clock);
    const [one, other] = await both();
    proxy.slice(1, 5);
    one.socket.write('abcdef');
    for (const text of ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef']) {
      await other.got(text);
      await clock.advance(4);
      expect(other.text).toBe(text);
      await clock.advance(1);
    }
    expect(other.chunks.map(String)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('K11 one byte in a segment, to and from a visitor and on the link', async () => {
    await using rig = await startRig({ hasFaultyLink: true });
    await using street = await FaultProxy.start({ host: '127.0.0.1', port: rig.port });
    street.slice(1);
    rig.link.slice(1);
    const visitor = await Visitor.open({ port: street.port });
    const body = Buffer.alloc(30_000, 'abc').toString();
    visitor.send(`POST /k11 HTTP/1.1\r\n${rig.hostLine}Content-Length: 30000\r\n\r\n${body}`);
    expect((await visitor.response()).text).toBe(`POST /k11\n${body}`);
    expect(rig.link.counts.accepted).toBe(1);
    visitor.destroy();
    await rig.settled();
  });
});

describe('half-close', () => {
  beforeEach(() => listen());

  test('one direction ends, the other goes on; what is still sent is lost', async () => {
    const [one, other] = await both();
    one.socket.write('before');
    await other.got('before');
    proxy.halfClose('up');
    await other.isEndedBy('fin');
    one.socket.write('into nothing');
    other.socket.write('still talking');
    await one.got('still talking');
    await eventually(
      () => proxy.counts.up.lost === 12,
      () => `${proxy.counts.up.lost} bytes lost`,
    );
    expect(other.text).toBe('before');
    other.socket.end();
    await one.isEndedBy('fin');
  });

  test('down', async () => {
    const [one, other] = await both();
    proxy.halfClose('down');
    await one.isEndedBy('fin');
    one.socket.end('still talking');
    await other.got('still talking');
  });
});

test('close drops every socket, whatever the fault, and is refused afterwards', async () => {
  await listen();
  const pairs = [await both()];
  proxy.cut('rst', 'near');
  pairs.push(await both());
  proxy.blackHole();
  const silent = near();
  await once(silent.socket, 'connect');
  await eventually(
    () => proxy.open === 3,
    () => `${proxy.open} open`,
  );
  await proxy.close();
  for (const end of pairs.flat()) {
    await eventually(
      () => end.ended,
      () => 'an end',
    );
  }
  await eventually(
    () => proxy.open === 0,
    () => `${proxy.open} open`,
  );
  const refused = dial({ port: proxy.port, host: '127.0.0.1' });
  await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

describe('schedules', () => {
  const options = { durationMs: 10_000, count: 25 };

  test('a seed repeats; another differs', () => {
    const text = scheduleText(7, faultSchedule(7, options));
    expect(scheduleText(7, faultSchedule(7, options))).toBe(text);
    expect(text).toMatch(/^seed 7: \d+ ms [a-z-]+/);
    expect(faultSchedule(8, options)).not.toEqual(faultSchedule(7, options));
  });

  test('in order of time, each fault healed before the next, the last within the time', () => {
    for (let seed = 0; seed < 500; seed++) {
      const schedule = faultSchedule(seed, { ...options, outageMs: 150 });
      expect(schedule).toHaveLength(50);
      let last = 0;
      for (const [i, { atMs, fault }] of schedule.entries()) {
        if (atMs < last || (i % 2 === 1) !== (fault.kind === 'heal')) {
          throw new Error(scheduleText(seed, schedule));
        }
        if (fault.kind === 'heal') expect(atMs - last).toBeLessThanOrEqual(150);
        last = atMs;
      }
      expect(last).toBeLessThanOrEqual(10_000);
    }
  });

  test('only the faults asked for, each of them', () => {
    const faults = ['cut', 'half-close'] as const;
    const kinds = new Set<FaultKind>();
    for (let seed = 0; seed < 20; seed++) {
      for (const { fault } of faultSchedule(seed, { ...options, faults })) kinds.add(fault.kind);
    }
    expect(kinds).toEqual(new Set(['cut', 'half-close', 'heal']));
  });

  test('played by the clock, each at its time', async () => {
    const clock = new VirtualClock();
    const schedule = faultSchedule(3, options);
    const seen: TimedFault[] = [];
    const faulty = {
      apply: (fault: TimedFault['fault']) => void seen.push({ atMs: clock.now(), fault }),
    };
    clock.advance(1_000);
    const run = new FaultRun(faulty, schedule, clock);
    clock.advance(5_000);
    expect(run.played).toBe(schedule.filter(({ atMs }) => atMs <= 5_000).length);
    clock.advance(5_000);
    await run.done;
    expect(seen.map(({ atMs, fault }) => ({ atMs: atMs - 1_000, fault }))).toEqual(schedule);
    expect(clock.pending).toBe(0);
  });

  test('stopped, it plays no more; a fault that fails is told', async () => {
    const clock = new VirtualClock();
    const run = new FaultRun({ apply() {} }, faultSchedule(3, options), clock);
    run.stop();
    await run.done;
    expect([clock.pending, run.played]).toEqual([0, 0]);
    const failing = new FaultRun(
      { apply: () => Promise.reject(new Error('no such fault')) },
      faultSchedule(3, options),
      clock,
    );
    clock.advance(10_000);
    await expect(failing.done).rejects.toThrow('no such fault');
  });

  for (const seed of [1, 2, 3]) {
    test(`faults without a cut change no byte, seed ${seed}`, async () => {
      const clock = new SteppedClock();
      await listen(clock);
      const [one, other] = await both();
      const schedule = faultSchedule(seed, {
        durationMs: 20_000,
        faults: ['black-hole', 'refuse', 'delay', 'throttle', 'slice'],
      });
      const run = new FaultRun(proxy, schedule, clock);
      for (const block of bulkBlocks(5 * MiB)) {
        one.socket.write(block);
        other.socket.write(block);
        // Fine steps, for what is due between two faults.
        for (let i = 0; i < 5; i++) await clock.advance(50);
      }
      await run.done;
      const why = scheduleText(seed, schedule);
      await bulkArrives(other, 5 * MiB, why);
      await bulkArrives(one, 5 * MiB, why);
      expect(proxy.counts.up.lost + proxy.counts.down.lost).toBe(0);
    });
  }
});

async function arrived(up: number, down: number): Promise<void> {
  await eventually(
    () => proxy.counts.up.received >= up && proxy.counts.down.received >= down,
    () => `${up} and ${down} bytes in the proxy`,
  );
}

/** Where a counter stands when other exchanges do not move it any more. */
async function standstill(look: () => number): Promise<number> {
  let last = -1;
  for (let quiet = 0; quiet < 5; quiet = look() === last ? quiet + 1 : 0) {
    last = look();
    await meanwhile();
  }
  return last;
}

async function bulkArrives(end: End, total: number, why = 'the bulk'): Promise<void> {
  await eventually(
    () => end.chunks.reduce((sum, { length }) => sum + length, 0) >= total,
    () => why,
  );
  const got = Buffer.concat(end.chunks);
  let at = 0;
  for (const block of bulkBlocks(total)) {
    if (!got.subarray(at, at + block.length).equals(block))
      throw new Error(`${why}: block ${at / BLOCK}`);
    at += block.length;
  }
  expect(got.length).toBe(total);
}
