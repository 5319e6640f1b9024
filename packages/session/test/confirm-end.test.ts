import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { confirmEnd, isReset } from '../src/index.ts';

/** Both ends of a connection; `near` reads nothing yet. */
async function pair(path?: string): Promise<{ near: Socket; far: Socket }> {
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const near = path === undefined ? connect((server.address() as AddressInfo).port) : connect(path);
  near.allowHalfOpen = true;
  near.pause();
  const [far] = (await accepted) as [Socket];
  if (near.connecting) await once(near, 'connect');
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

/** Reads to the end: how it was, and how many bytes came before. */
async function outcome(near: Socket): Promise<{ how: 'clean' | 'error'; received: number }> {
  let received = 0;
  near.on('data', (chunk: Uint8Array) => {
    received += chunk.length;
  });
  const how = await new Promise<'clean' | 'error'>((resolve) => {
    near.once('error', () => resolve('error'));
    near.once('end', () => confirmEnd(near, () => resolve('clean')));
    near.resume();
  });
  return { how, received };
}

async function send(far: Socket, bytes: number): Promise<void> {
  await new Promise<void>((resolve) => far.write(Buffer.alloc(bytes), () => resolve()));
}

async function reset(far: Socket): Promise<void> {
  far.resetAndDestroy();
  await once(far, 'close');
}

/** Around the sizes of a read, where one is short or not; all of it fits the kernel's buffer. */
const SIZES = [1, 5, 65_535, 65_536, 65_537, 90_000];

describe('behind bytes that have not been read yet', () => {
  for (const size of SIZES) {
    test(`an RST behind ${size} bytes is no end`, async () => {
      const { near, far } = await pair();
      await send(far, size);
      await reset(far);
      expect((await outcome(near)).how).toBe('error');
    });

    test(`a FIN behind ${size} bytes is one`, async () => {
      const { near, far } = await pair();
      await send(far, size);
      far.end();
      expect(await outcome(near)).toEqual({ how: 'clean', received: size });
      expect(near.destroyed).toBe(false);
    });

    test(`a FIN behind ${size} bytes is one, though an RST follows`, async () => {
      const { near, far } = await pair();
      await send(far, size);
      far.end();
      await once(far, 'finish');
      await reset(far);
      expect(await outcome(near)).toEqual({ how: 'clean', received: size });
    });
  }
});

test('an RST is no end while our own bytes still wait to be written', async () => {
  const { near, far } = await pair();
  near.write(Buffer.alloc(16 << 20));
  await send(far, 5);
  await reset(far);
  expect((await outcome(near)).how).toBe('error');
});

test('a FIN is an end while our own bytes still wait to be written, and they go on', async () => {
  const { near, far } = await pair();
  far.pause();
  near.write(Buffer.alloc(16 << 20));
  await send(far, 5);
  far.end();
  expect(await outcome(near)).toEqual({ how: 'clean', received: 5 });
  let sent = 0;
  far.on('data', (chunk) => {
    sent += chunk.length;
  });
  far.resume();
  near.end();
  await once(far, 'end');
  expect(sent).toBe(16 << 20);
});

test('a side that has ended its own direction is told the end at once', async () => {
  const { near, far } = await pair();
  near.end();
  await send(far, 5);
  far.end();
  expect(await outcome(near)).toEqual({ how: 'clean', received: 5 });
});

test.skipIf(process.platform === 'win32')(
  'closing the socket of a path is a clean end',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sellia-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { near, far } = await pair(join(folder, 'socket'));
    await send(far, 5);
    far.destroy();
    await once(far, 'close');
    expect(await outcome(near)).toEqual({ how: 'clean', received: 5 });
  },
);

test('only what cuts the peer off is a reset', () => {
  expect(isReset(undefined)).toBe(false);
  expect(isReset(Object.assign(new Error('write'), { code: 'EPIPE' }))).toBe(false);
  expect(isReset(Object.assign(new Error('write'), { code: 'ECONNRESET' }))).toBe(true);
});
