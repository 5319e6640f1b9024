import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, type InProcessRig, startRig, type Visitor } from '../src/rig/index.ts';

/** Whoever leaves, the other end hears it, it never looks like a clean end, and nothing is left. */

let rig: InProcessRig;
beforeAll(async () => {
  rig = await startRig();
});
afterEach(async () => {
  await rig.reset();
  await eventually(
    () => rig.relay.stats().visitors === 0,
    () => `visitors left behind: ${JSON.stringify(rig.relay.stats())}`,
  );
});
afterAll(() => rig.close());

const LEAVE: [string, (visitor: Visitor) => void][] = [
  ['by RST', (visitor) => visitor.reset()],
  ['by closing', (visitor) => visitor.destroy()],
];

async function expectNothingLeft(): Promise<void> {
  await rig.settled();
  await rig.origin.when(() => rig.origin.openConnections.length === 0, 'no connection to O');
  await rig.canary();
}

describe('the visitor leaves', () => {
  for (const [how, leave] of LEAVE) {
    test(`F18 ${how}, before the head`, async () => {
      rig.origin.script = () => {};
      const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
      const { connection } = await rig.origin.exchange();
      leave(visitor);
      await connection.gone();
      await expectNothingLeft();
    });

    test(`F12 ${how}, in the middle of an upload`, async () => {
      for (const line of ['Content-Length: 1000000', 'Transfer-Encoding: chunked']) {
        rig.origin.forget();
        rig.origin.script = () => {};
        const visitor = await rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}${line}\r\n\r\n`);
        visitor.send('5\r\nhello\r\n');
        const { request, connection } = await rig.origin.exchange();
        await rig.origin.when(() => request.bodyLength > 0, 'the first bytes');
        leave(visitor);
        await connection.gone();
        expect([request.isComplete, request.isAborted]).toEqual([false, true]);
        await expectNothingLeft();
      }
    });

    test(`F11 ${how}, in the middle of a download`, async () => {
      for (const line of [
        'Content-Length: 1000000',
        'Transfer-Encoding: chunked',
        'X-Until: end',
      ]) {
        rig.origin.forget();
        rig.origin.script = (exchange) =>
          exchange.send(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n5\r\nhello\r\n`);
        const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
        const response = await visitor.head();
        await visitor.when(() => response.bodyLength > 0, 'the first bytes');
        leave(visitor);
        await (await rig.origin.exchange()).connection.gone();
        await expectNothingLeft();
      }
    });

    test(`F11 ${how}, while the origin sends as fast as it can`, async () => {
      rig.origin.script = (exchange) => {
        exchange.send('HTTP/1.1 200 OK\r\n\r\n');
        const { socket } = exchange.connection;
        const more = () => {
          while (!socket.destroyed && socket.write(Buffer.alloc(64 * 1024)));
        };
        socket.on('drain', more);
        more();
      };
      const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
      await visitor.when(() => visitor.receivedLength > 4 * 1024 * 1024, '4 MiB');
      leave(visitor);
      await (await rig.origin.exchange()).connection.gone();
      await expectNothingLeft();
    });
  }

  test('F16 by FIN, in the middle of an upload', async () => {
    rig.origin.script = () => {};
    const visitor = await rig.send(
      `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: 1000\r\n\r\nhalf`,
    );
    const { request, connection } = await rig.origin.exchange();
    await rig.origin.when(() => request.bodyLength > 0, 'the first bytes');
    visitor.end();
    await connection.gone();
    expect(request.isComplete).toBe(false);
    await expectNothingLeft();
  });

  test('F16 a FIN behind a whole request is no leaving', async () => {
    rig.origin.script = () => {};
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}Connection: close\r\n\r\n`);
    visitor.end();
    const exchange = await rig.origin.exchange();
    await rig.canary();
    exchange.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer');
    expect((await visitor.response()).text).toBe('answer');
  });

  test('F11 fifty of them at once, from streams of tiny pieces: the others stay', async () => {
    const piece = Buffer.from('data: a small event\n\n');
    rig.origin.script = (exchange) => {
      exchange.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
      const { socket } = exchange.connection;
      const more = () => {
        for (let i = 0; i < 4 && !socket.destroyed; i++) socket.write(piece);
        if (!socket.destroyed) setImmediate(more);
      };
      more();
    };
    const opened = await Promise.all(
      Array.from({ length: 51 }, () => rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`)),
    );
    const [staying, ...leaving] = opened as [Visitor, ...Visitor[]];
    await Promise.all(opened.map((one) => one.when(() => one.receivedLength > 1_000, 'events')));
    for (const visitor of leaving) visitor.reset();
    const before = staying.receivedLength;
    await staying.when(() => staying.receivedLength > before + 5_000, 'more events');
    staying.destroy();
    await expectNothingLeft();
    const types = rig.events.map((event) => (event as { type: string }).type);
    expect(types).not.toContain('session.closed');
  });

  test('F23 five hundred uploads given up, at every stage', async () => {
    rig.origin.script = () => {};
    const before = openFiles();
    const one = async (i: number) => {
      const visitor = await rig.send(
        `POST /${i} HTTP/1.1\r\n${rig.hostLine}Content-Length: 100000\r\n\r\n`,
      );
      if (i % 4 >= 1) visitor.send(Buffer.alloc(1_000 * (i % 90)));
      if (i % 4 >= 2) await rig.origin.when(() => requestOf(i) !== undefined, `request ${i}`);
      if (i % 4 === 3) visitor.destroy();
      else visitor.reset();
      await visitor.closed();
    };
    const requestOf = (i: number) => {
      return rig.origin.exchanges.find(({ request }) => request.target === `/${i}`);
    };
    for (let i = 0; i < 500; i += 25) {
      await Promise.all(Array.from({ length: 25 }, (_, j) => one(i + j)));
    }
    await expectNothingLeft();
    expect(rig.origin.completed.length).toBe(0);
    await eventually(
      () => before === undefined || (openFiles() ?? 0) <= before + 8,
      () => `${before} files open before, ${openFiles()} after`,
    );
  });
});

describe('the origin leaves', () => {
  test('F13 by RST in the middle of an upload, before its head', async () => {
    rig.origin.script = (exchange) => exchange.reset();
    const visitor = await rig.send(
      `POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: 1000000\r\n\r\nstart`,
    );
    expect((await visitor.response()).status).toBe(502);
    await expectNothingLeft();
  });

  for (const [what, lines, body] of [
    ['a length', 'Content-Length: 1000', 'short'],
    ['chunks', 'Transfer-Encoding: chunked', '5\r\nshort\r\n'],
    ['nothing', 'X-Until: end', 'short'],
  ] as const) {
    test(`F14 by RST in the middle of a body framed by ${what}`, async () => {
      rig.origin.script = (exchange) => exchange.send(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n${body}`);
      const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
      const response = await visitor.head();
      await visitor.when(() => response.text === 'short', 'the first bytes');
      (await rig.origin.exchange()).reset();
      // A body that lacks its last chunk or byte is visibly cut by either kind of end.
      await visitor.closed();
      expect([response.isComplete, response.isAborted]).toEqual([false, true]);
      await expectNothingLeft();
    });

    test(`F14 ... and a visitor of HTTP/1.0, whose body ends with the connection: ${what}`, async () => {
      rig.origin.script = (exchange) => exchange.send(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n${body}`);
      const visitor = await rig.send(`GET / HTTP/1.0\r\n${rig.hostLine}\r\n`);
      const response = await visitor.head();
      await visitor.when(() => response.text === 'short', 'the first bytes');
      (await rig.origin.exchange()).reset();
      const ended = await visitor.closed();
      if (response.framing === 'close') expect(ended).toBe('reset');
      expect(response.isComplete).toBe(false);
      await expectNothingLeft();
    });
  }

  test('F14 by RST in the same breath as its last bytes: never a whole answer', async () => {
    for (const line of ['X-Until: end', 'Content-Length: 100000', 'Transfer-Encoding: chunked']) {
      rig.origin.script = (exchange) => {
        exchange.send(`HTTP/1.1 200 OK\r\n${line}\r\n\r\n5\r\nshort\r\n`);
        exchange.reset();
      };
      const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
      const isOver = () => visitor.ended !== undefined || visitor.messages[0]?.isComplete === true;
      await visitor.when(isOver, 'an end');
      const answer = visitor.messages[0];
      expect(answer?.isComplete ? answer.status : 502).toBe(502);
      visitor.destroy();
    }
    await expectNothingLeft();
  });

  test('F14 by RST when the upload ends, in a body that ends with the connection', async () => {
    rig.origin.script = (exchange) => exchange.send('HTTP/1.1 200 OK\r\n\r\nbegun');
    const visitor = await rig.send(`POST / HTTP/1.1\r\n${rig.hostLine}Content-Length: 250\r\n\r\n`);
    const response = await visitor.head();
    await visitor.when(() => response.text === 'begun', 'the first bytes');
    const exchange = await rig.origin.exchange();
    exchange.send(Buffer.alloc(90_000));
    visitor.send(Buffer.alloc(250));
    exchange.reset();
    await visitor.when(() => visitor.ended !== undefined || response.isComplete, 'an end');
    expect(response.isComplete).toBe(false);
    await expectNothingLeft();
  });

  test('F14 by RST after what it sent before: that much arrives', async () => {
    const size = 100_000;
    rig.origin.script = (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${2 * size}\r\n\r\n`);
      exchange.send(Buffer.alloc(size));
    };
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const response = await visitor.head();
    await visitor.when(() => response.bodyLength === size, 'half of it');
    (await rig.origin.exchange()).reset();
    await visitor.closed();
    expect(response.isComplete).toBe(false);
  });
});

/** Open descriptors of this process; undefined where the system does not tell. */
function openFiles(): number | undefined {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined;
}
