import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type InProcessRig,
  type OriginExchange,
  startRig,
  type Visitor,
} from '../src/rig/index.ts';
import { MiB, sendBulk } from '../src/servers/bulk.ts';
import { handshake, switchProtocols } from '../src/servers/upgrade.ts';

/**
 * One side stalls, and then somebody leaves. Whoever waits is not reading at that moment, so the end
 * of a connection does not come by itself: it must be noticed all the same.
 */

let rig: InProcessRig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(async () => {
  for (const visitor of rig.visitors) visitor.destroy();
  rig.origin.dropConnections();
  await rig.settled().finally(() => rig.close());
});

const TOTAL = 256 * MiB;

/** Resolves when `moved` stands still while other exchanges pass. */
async function stalled(moved: () => number): Promise<void> {
  let last = -1;
  for (let quiet = 0; quiet < 5; quiet = moved() === last ? quiet + 1 : 0) {
    last = moved();
    await rig.canary();
  }
}

function sent(socket: { bytesWritten: number; writableLength: number }): number {
  return socket.bytesWritten - socket.writableLength;
}

async function stalledUpload(line: string): Promise<[Visitor, OriginExchange]> {
  rig.origin.script = (exchange) => {
    exchange.connection.socket.pause();
  };
  const visitor = await rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}${line}\r\n\r\n`);
  const exchange = await rig.origin.exchange();
  void sendBulk(visitor.socket, TOTAL, line.startsWith('Transfer') ? 'chunked' : 'plain');
  await stalled(() => sent(visitor.socket));
  return [visitor, exchange];
}

async function stalledDownload(lines: string): Promise<[Visitor, OriginExchange]> {
  rig.origin.script = async (exchange) => {
    exchange.send(`HTTP/1.1 200 OK\r\n${lines}\r\n`);
    await sendBulk(exchange.connection.socket, TOTAL);
  };
  const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
  await visitor.head();
  visitor.pause();
  const exchange = await rig.origin.exchange();
  await stalled(() => sent(exchange.connection.socket));
  return [visitor, exchange];
}

async function stalledSplice(who: 'visitor' | 'origin'): Promise<[Visitor, OriginExchange]> {
  rig.origin.script = (exchange) => switchProtocols(exchange);
  const visitor = await rig.send(handshake(rig), { holdsOpen: true });
  await visitor.head();
  const exchange = await rig.origin.exchange();
  const { socket } = exchange.connection;
  const [reader, writer] = who === 'visitor' ? [visitor.socket, socket] : [socket, visitor.socket];
  reader.pause();
  void sendBulk(writer, TOTAL);
  await stalled(() => sent(writer));
  return [visitor, exchange];
}

/** Node below 24 tells an RST that stands behind unread bytes as an end; a write of nothing does not. */
async function isReset(visitor: Visitor): Promise<boolean> {
  if ((await visitor.closed()) === 'reset') return true;
  return new Promise((resolve) => {
    visitor.socket.write('', (error) => resolve(error instanceof Error));
  });
}

const LEAVE: [string, (visitor: Visitor) => void][] = [
  ['RST', (visitor) => visitor.reset()],
  ['closing', (visitor) => visitor.destroy()],
];

describe('an upload that its origin does not read', () => {
  for (const line of [`Content-Length: ${TOTAL}`, 'Transfer-Encoding: chunked']) {
    for (const [how, leave] of LEAVE) {
      test(`F12 the visitor leaves by ${how}, ${line}`, async () => {
        const [visitor, { connection, request }] = await stalledUpload(line);
        leave(visitor);
        // A FIN stands behind bytes that nobody reads; an RST is there at once.
        if (how === 'RST') await rig.settled();
        connection.socket.resume();
        await connection.gone();
        expect(request.isComplete).toBe(false);
      });
    }
  }

  test('F13 the origin leaves by RST', async () => {
    const [visitor, exchange] = await stalledUpload(`Content-Length: ${TOTAL}`);
    exchange.reset();
    expect((await visitor.response()).status).toBe(502);
  });

  test('F17 the origin answers and ends', async () => {
    const [visitor, exchange] = await stalledUpload(`Content-Length: ${TOTAL}`);
    exchange.end('HTTP/1.1 413 Too Much\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop');
    const response = await visitor.response();
    expect([response.status, response.text]).toEqual([413, 'stop']);
  });
});

describe('a download that its visitor does not read', () => {
  for (const lines of [`Content-Length: ${TOTAL}\r\n`, '']) {
    for (const [how, leave] of LEAVE) {
      test(`F11 the visitor leaves by ${how}, ${lines === '' ? 'no length' : 'a length'}`, async () => {
        const [visitor, { connection }] = await stalledDownload(lines);
        leave(visitor);
        await connection.gone();
      });
    }

    test(`F14 the origin leaves by RST, ${lines === '' ? 'no length' : 'a length'}`, async () => {
      const [visitor, exchange] = await stalledDownload(lines);
      exchange.reset();
      visitor.resume();
      await visitor.closed();
      expect(visitor.messages[0]?.isComplete).toBe(false);
    });
  }
});

describe('an upgraded connection', () => {
  for (const [how, leave] of LEAVE) {
    test(`D23 the visitor does not read and leaves by ${how}`, async () => {
      const [visitor, { connection }] = await stalledSplice('visitor');
      leave(visitor);
      await connection.gone();
    });

    test(`D23 the origin does not read and the visitor leaves by ${how}`, async () => {
      const [visitor, { connection }] = await stalledSplice('origin');
      leave(visitor);
      if (how === 'RST') await rig.settled();
      connection.socket.resume();
      await connection.gone();
    });
  }

  test('D23 the visitor does not read and the origin leaves by RST', async () => {
    const [visitor, exchange] = await stalledSplice('visitor');
    exchange.reset();
    visitor.resume();
    expect(await isReset(visitor)).toBe(true);
  });

  test('D23 the origin does not read and leaves by RST', async () => {
    const [visitor, exchange] = await stalledSplice('origin');
    exchange.reset();
    expect(await visitor.closed()).toBe('reset');
  });

  test('D24 the visitor does not read while the origin ends: all of it arrives, then the end', async () => {
    const size = 8 * MiB;
    rig.origin.script = (exchange) => switchProtocols(exchange);
    const visitor = await rig.send(handshake(rig), { holdsOpen: true });
    const head = await visitor.head();
    visitor.pause();
    const { connection } = await rig.origin.exchange();
    void sendBulk(connection.socket, size).then(() => connection.socket.end());
    await stalled(() => sent(connection.socket));
    visitor.resume();
    expect(await visitor.closed()).toBe('fin');
    expect(visitor.receivedLength - head.rawHead.length).toBe(size);
    visitor.end();
    expect(await connection.gone()).toBe('fin');
  });
});
