import { once } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type { MuxStream } from '@sellia/protocol';
import { ByteQueue, Farewell, Sink, UNTAKEN_MS, VirtualClock } from '@sellia/session';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll, SpliceRig } from './splice-rig.ts';

const PIECE = Buffer.alloc(8 * 1024);

let rig: SpliceRig;
beforeEach(async () => {
  rig = new SpliceRig();
  await rig.start();
});
afterEach(async () => {
  await rig.close();
});

describe('a splice', () => {
  test('carries bytes both ways and ends cleanly, one direction after the other', async () => {
    rig.upstream.write('greeting');
    const heard = readAll(rig.visitor);
    rig.visitor.end('from the visitor');
    expect((await readAll(rig.upstream)).toString()).toBe('from the visitor');
    rig.upstream.end(' and more after the FIN');
    expect((await heard).toString()).toBe('greeting and more after the FIN');
    await rig.settled();
    expect(rig.codes).toEqual([undefined, undefined]);
  });

  test('a reset of the upstream reaches the visitor as an error, not as an end', async () => {
    rig.visitor.resume();
    const failed = once(rig.visitor, 'error');
    rig.upstream.resetAndDestroy();
    const [error] = await failed;
    expect((error as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    await rig.settled();
  });

  test('a visitor that vanishes resets the upstream', async () => {
    rig.upstream.resume();
    const failed = once(rig.upstream, 'error');
    rig.visitor.resetAndDestroy();
    const [error] = await failed;
    expect((error as NodeJS.ErrnoException).code).toBe('ECONNRESET');
    await rig.settled();
  });

  test('a visitor that vanishes behind an upstream that does not read leaves nothing', async () => {
    const chunk = Buffer.alloc(64 * 1024);
    rig.upstream.pause();
    const write = () => {
      while (!rig.visitor.destroyed && rig.visitor.write(chunk));
    };
    rig.visitor.on('error', () => {});
    rig.upstream.on('error', () => {});
    rig.visitor.on('drain', write);
    write();
    let before = -1;
    while (before !== rig.visitor.bytesWritten - rig.visitor.writableLength) {
      before = rig.visitor.bytesWritten - rig.visitor.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // Nothing reads the socket now, so what ends it comes from whoever watches it: here the test.
    rig.all[1]?.destroy();
    await rig.settled();
    expect(rig.codes).toHaveLength(2);
  });

  test('an upstream that takes no more is cut behind a visitor that left, full or not', async () => {
    const clock = new VirtualClock();
    const stuck = new SpliceRig();
    await stuck.start({ client: new Farewell(clock) });
    stuck.upstream.on('error', () => {});
    const [, , socket] = stuck.all as [Socket, Socket, Socket];
    // The kernel has had enough, and the first bytes wait: far fewer than stop a sender.
    for (let sent = PIECE.length; socket.writableLength === 0; sent += PIECE.length) {
      stuck.visitor.write(PIECE);
      while (socket.bytesWritten < sent) await immediate();
    }
    expect(socket.writableNeedDrain).toBe(false);
    stuck.visitor.resetAndDestroy();
    while (stuck.tables[0] !== 0) await immediate();
    await Promise.all([stuck.settled(), stepping(clock, () => socket.destroyed)]);
    expect(stuck.codes).toEqual(['SELLIA_CANCELLED', 'SELLIA_CANCELLED']);
    await stuck.close();
  });

  test('a reader that stops makes the writer wait, and nothing is lost', async () => {
    const size = 64 * 2 ** 20;
    const chunk = Buffer.alloc(64 * 1024, 7);
    let written = 0;
    rig.upstream.on('error', () => {});
    const write = () => {
      while (written < size) {
        written += chunk.length;
        if (!rig.upstream.write(chunk)) return;
      }
      rig.upstream.end();
    };
    rig.upstream.on('drain', write);
    write();
    rig.visitor.end();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(size / 2);
    let received = 0;
    for await (const part of rig.visitor) received += (part as Buffer).length;
    expect(received).toBe(size);
    await rig.settled();
  });
});

describe('a sink', () => {
  test('gives credit as the writable takes bytes, in order, end last', async () => {
    const writable = new PassThrough({ highWaterMark: 10 });
    let credit = 0;
    const stream = {
      consume: (bytes: number) => {
        credit += bytes;
      },
    } as MuxStream;
    const sink = new Sink(stream, writable, (error) => expect.fail(String(error)));
    sink.push(Buffer.from('0123456789abcdef'));
    sink.push(Buffer.from('ghi'));
    sink.end();
    expect([credit, sink.held]).toEqual([0, 3]);
    const text = (await writable.toArray()).join('');
    expect(text).toBe('0123456789abcdefghi');
    expect(credit).toBe(19);
  });

  test('gives credit for what the stream has brought alone, whatever is put in between', async () => {
    const piece = fc.record({ size: fc.nat(40), isOwn: fc.boolean(), pause: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        const writable = new PassThrough({ highWaterMark: 10 });
        let [credit, brought] = [0, 0];
        const consume = (bytes: number) => {
          credit += bytes;
        };
        const sink = new Sink({ consume } as MuxStream, writable, (error) => {
          expect.fail(String(error));
        });
        const all = writable.toArray();
        for (const [i, { size, isOwn, pause }] of pieces.entries()) {
          if (isOwn) sink.insert(Buffer.alloc(size, i));
          else sink.push(Buffer.alloc(size, i));
          brought += isOwn ? 0 : size;
          expect(credit).toBeLessThanOrEqual(brought);
          if (pause) await new Promise(setImmediate);
        }
        // An ended writable tells of no more room, and an ended stream needs no credit.
        while (sink.isFull) await new Promise(setImmediate);
        sink.end();
        const bytes = pieces.map(({ size }, i) => Buffer.alloc(size, i));
        expect(Buffer.concat(await all).equals(Buffer.concat(bytes))).toBe(true);
        expect(credit).toBe(brought);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a byte queue', () => {
  test('returns what was pushed, in order, whatever the sizes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9_000), { maxLength: 40 }),
        fc.array(fc.boolean()),
        (sizes, shifts) => {
          const queue = new ByteQueue();
          const pushed: Buffer[] = [];
          const shifted: Uint8Array[] = [];
          sizes.forEach((size, i) => {
            const chunk = Buffer.alloc(size, i);
            pushed.push(chunk);
            queue.push(chunk);
            const head = shifts[i] === true ? queue.shift() : undefined;
            if (head !== undefined) shifted.push(head);
          });
          for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift())
            shifted.push(chunk);
          expect(Buffer.concat(shifted).equals(Buffer.concat(pushed))).toBe(true);
          expect(queue.length).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a hundred thousand single bytes cost a few chunks', () => {
    const queue = new ByteQueue();
    for (let i = 0; i < 100_000; i++) queue.push(Uint8Array.of(i & 255));
    let chunks = 0;
    while (queue.shift() !== undefined) chunks++;
    expect(chunks).toBeLessThan(10);
  });
});

function immediate(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass until it holds: sockets are real, and take turns of the loop. */
async function stepping(clock: VirtualClock, look: () => boolean): Promise<void> {
  while (!look()) {
    clock.advance(UNTAKEN_MS / 2);
    await immediate();
  }
}
