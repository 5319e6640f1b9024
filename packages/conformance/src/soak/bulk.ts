import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type OriginExchange, startProcessRig, Visitor } from '../rig/index.ts';
import { BLOCK, bulkBlocks, bulkDigest, drained, GiB, MiB, sendBulk } from '../servers/bulk.ts';
import { handshake, switchProtocols } from '../servers/upgrade.ts';
import { check, type SoakRun } from './soak-run.ts';

const GUARD_MS = 5 * 60_000;

export const bulkTransfers: SoakRun = {
  name: 'bulk',
  about: 'F06 F07: 1 GiB down and up in every framing, compared by SHA-256',
  async run() {
    await using rig = await startProcessRig();
    const wanted = bulkDigest(GiB);
    const figures: string[] = [];
    for (const framing of ['length', 'chunked', 'end'] as const) {
      rig.origin.script = (exchange) => serve(exchange, framing);
      const startedAt = performance.now();
      const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
      const response = await visitor.response(GUARD_MS);
      check(response.digest() === wanted, `the download by ${framing} differs`);
      figures.push(`down by ${framing} ${rate(startedAt)}`);
      await rig.reset();
    }
    for (const framing of ['plain', 'chunked'] as const) {
      rig.origin.script = receive;
      const startedAt = performance.now();
      const line = framing === 'plain' ? `Content-Length: ${GiB}` : 'Transfer-Encoding: chunked';
      const visitor = await rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}${line}\r\n\r\n`);
      await sendBulk(visitor.socket, GiB, framing);
      const response = await visitor.response(GUARD_MS);
      check(response.text === wanted, `the upload ${framing} differs`);
      figures.push(`up ${framing} ${rate(startedAt)}`);
      await rig.reset();
    }
    return figures.join(', ');
  },
};

export const webSocketBulk: SoakRun = {
  name: 'websocket-bulk',
  about: 'D25: 1 GiB and a million one-byte messages through a WebSocket and back',
  async run() {
    await using rig = await startProcessRig();
    rig.origin.script = (exchange) => {
      const { socket } = exchange.connection;
      // Not by the origin's own listener, which would keep the bytes.
      socket.removeAllListeners('data');
      switchProtocols(exchange);
      socket.pipe(socket);
    };
    const figures: string[] = [];
    const tiny = Buffer.concat(Array(BLOCK / 8).fill(Buffer.from('82810000000078aa', 'hex')));
    for (const [what, blocks] of [
      ['1 GiB', () => bulkBlocks(GiB)],
      ['a million tiny messages', () => Array<Buffer>(Math.ceil((1e6 * 8) / BLOCK)).fill(tiny)],
    ] as const) {
      const startedAt = performance.now();
      const visitor = await Visitor.open({ port: rig.port });
      visitor.send(handshake(rig));
      await visitor.head();
      visitor.socket.removeAllListeners('data');
      await echoed(visitor, blocks);
      visitor.destroy();
      figures.push(`${what} in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    }
    return figures.join(', ');
  },
};

export const oneByteWrites: SoakRun = {
  name: 'one-byte-writes',
  about: 'F24: an origin that writes 1,000,000 single bytes',
  async run() {
    await using rig = await startProcessRig();
    const count = 1_000_000;
    rig.origin.script = async (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${count}\r\n\r\n`);
      for (let i = 0; i < count; i++) {
        exchange.send(Buffer.of(i & 255));
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const startedAt = performance.now();
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const { body } = await visitor.response(GUARD_MS);
    for (let i = 0; i < count; i++) check(body[i] === (i & 255), `byte ${i} differs`);
    return `in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  },
};

async function serve(exchange: OriginExchange, framing: 'length' | 'chunked' | 'end') {
  const line =
    framing === 'length'
      ? `Content-Length: ${GiB}\r\n`
      : framing === 'chunked'
        ? 'Transfer-Encoding: chunked\r\n'
        : '';
  exchange.send(`HTTP/1.1 200 OK\r\n${line}\r\n`);
  const { socket } = exchange.connection;
  await sendBulk(socket, GiB, framing === 'chunked' ? 'chunked' : 'plain');
  if (framing === 'end') exchange.end();
}

async function receive(exchange: OriginExchange): Promise<void> {
  const request = await exchange.whole(GUARD_MS);
  exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${request.digest()}`);
}

/** Sends the blocks and compares what comes back, both as they flow. */
async function echoed(visitor: Visitor, blocks: () => Iterable<Buffer>): Promise<void> {
  const { socket } = visitor;
  const sent = createHash('sha256');
  const received = createHash('sha256');
  let left = 0;
  for (const block of blocks()) left += block.length;
  const all = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received.update(chunk);
      left -= chunk.length;
      if (left <= 0) resolve();
    });
  });
  for (const block of blocks()) {
    sent.update(block);
    if (!socket.write(block)) await drained(socket);
  }
  await Promise.race([all, once(socket, 'close')]);
  check(left === 0, `${left} bytes have not come back`);
  check(sent.digest('hex') === received.digest('hex'), 'the bytes differ');
}

function rate(startedAt: number): string {
  return `${Math.round(GiB / MiB / ((performance.now() - startedAt) / 1_000))} MiB/s`;
}
