/** 2.C, how large a head may be, on both sides; and a tunnel that leads to itself. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type InProcessRig, oracle, startRig } from './rig.ts';

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(() => rig.reset());
afterAll(() => rig.close());

const H = 'Host: one.test\r\n';

/** A head of exactly so many bytes, the empty line included. */
function headOf(size: number): string {
  const start = `GET /p HTTP/1.1\r\n${H}X-Fill: `;
  return `${start}${'a'.repeat(size - start.length - 4)}\r\n\r\n`;
}

describe('C15 many lines', () => {
  for (const count of [1_100, 2_100, 3_000]) {
    test(`C15 ${count} lines are 431, none is dropped in silence`, async () => {
      const bytes = `GET / HTTP/1.1\r\n${H}${'a:b\r\n'.repeat(count)}X-Last: 1\r\n\r\n`;
      await oracle(rig, bytes, { status: 431 });
      expect(rig.origin.exchanges).toEqual([]);
    });
  }

  test('C15 a body behind 2,100 lines is never an unframed body at O', async () => {
    const bytes = `POST / HTTP/1.1\r\n${H}${'a:b\r\n'.repeat(2_100)}Content-Length: 5\r\n\r\nhello`;
    await oracle(rig, bytes, { status: 431 });
    expect(rig.origin.exchanges).toEqual([]);
  });

  test('C15 Transfer-Encoding behind 2,100 lines', async () => {
    const bytes = `POST / HTTP/1.1\r\n${H}${'a:b\r\n'.repeat(2_100)}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`;
    await oracle(rig, bytes, { status: 431 });
  });

  test('C15 X-Forwarded-For behind 900 lines is still seen and replaced', async () => {
    const bytes = `GET / HTTP/1.1\r\n${H}${'a:b\r\n'.repeat(900)}X-Forwarded-For: 1.2.3.4\r\n\r\n`;
    const visitor = await rig.send(bytes);
    const response = await visitor.response();
    expect([200, 431]).toContain(response.status);
    for (const { request } of rig.origin.exchanges) {
      expect(request.values('x-forwarded-for')).toEqual(['127.0.0.1']);
      expect(request.values('a').length).toBe(900);
    }
    await rig.canary();
  });

  test('C15 150 lines pass whole', async () => {
    const lines = Array.from({ length: 150 }, (_, i) => `x-${i}: ${i}\r\n`).join('');
    const { exchanges } = await oracle(rig, `GET / HTTP/1.1\r\n${H}${lines}\r\n`, {
      status: 200,
      requests: 1,
    });
    expect(exchanges[0]?.request.rawHead.toString('latin1')).toContain(lines);
  });
});

describe('C16 large heads', () => {
  test('C16 a header of 17 KiB is 431', async () => {
    await oracle(rig, headOf(17 * 1024), { status: 431 });
    expect(rig.origin.exchanges).toEqual([]);
  });

  test('C16 a URL of 17 KiB is 414 or 431', async () => {
    const bytes = `GET /${'a'.repeat(17 * 1024)} HTTP/1.1\r\n${H}\r\n`;
    await oracle(rig, bytes, { status: [414, 431] });
    expect(rig.origin.exchanges).toEqual([]);
  });

  test('C16 a header name of 17 KiB is 431', async () => {
    await oracle(rig, `GET / HTTP/1.1\r\n${H}${'a'.repeat(17 * 1024)}: x\r\n\r\n`, { status: 431 });
  });

  test('C16 a head without an end is cut off', async () => {
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${H}`);
    for (let i = 0; i < 2_000 && visitor.isOpen; i++) {
      visitor.send(`X-${i}: ${'a'.repeat(1_000)}\r\n`);
      await visitor.drained();
    }
    await visitor.closed();
    for (const { status } of visitor.messages) expect(status).toBe(431);
    await rig.canary();
    expect(rig.origin.exchanges).toEqual([]);
  });
});

test('C17 heads up to just under the limit pass byte for byte', async () => {
  for (const size of [8 * 1024, 12 * 1024, 15 * 1024, 16 * 1024 - 256]) {
    const bytes = headOf(size);
    const { exchanges } = await oracle(rig, bytes, { status: 200, requests: 1 });
    expect(exchanges[0]?.request.value('x-fill')?.length).toBe(
      /a+\r/.exec(bytes)?.[0].slice(0, -1).length,
    );
    await rig.reset();
  }
});

test('C17 around the limit there is 200 or 431, nothing between', async () => {
  for (let size = 16 * 1024 - 64; size <= 16 * 1024 + 64; size += 8) {
    const visitor = await rig.send(headOf(size));
    const { status } = await visitor.response();
    expect([200, 431]).toContain(status);
    expect(rig.origin.completed.length).toBe(status === 200 ? 1 : 0);
    await rig.reset();
  }
});

test('C17 a response head just under the limit passes', async () => {
  const fill = 'b'.repeat(15 * 1024);
  rig.origin.answers(`HTTP/1.1 200 OK\r\nX-Fill: ${fill}\r\nContent-Length: 2\r\n\r\nok`);
  const { response } = await oracle(rig, `GET / HTTP/1.1\r\n${H}\r\n`, {
    status: 200,
    requests: 1,
  });
  expect(response.value('x-fill')).toBe(fill);
});

describe('C23 a tunnel that leads to its own relay', () => {
  for (const body of ['', 'hello']) {
    test(`C23 ends with 508 after a few hops, ${body === '' ? 'without' : 'with'} a body`, async () => {
      const loop = await startRig({ name: 'loop', upstream: { url: 'http://127.0.0.1:9' } });
      try {
        const { connect } = await import('@sellia/client');
        const tunnel = await connect({
          server: `http://127.0.0.1:${loop.port}`,
          upstream: `http://127.0.0.1:${loop.port}`,
          name: 'ring',
          hostHeader: 'public',
        });
        const head = body === '' ? 'GET' : 'POST';
        const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
        const visitor = await loop.send(
          `${head} / HTTP/1.1\r\nHost: ring.test\r\n${length}\r\n${body}`,
        );
        const response = await visitor.response();
        expect(response.status).toBe(508);
        await loop.settled();
        await tunnel.close({ drainMs: 0 });
      } finally {
        await loop.close();
      }
    });
  }
});
