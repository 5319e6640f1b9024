import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type InProcessRig, startRig } from '../src/rig/index.ts';
import { acceptOf, handshake, SAMPLE_KEY, switchProtocols } from '../src/servers/upgrade.ts';

/** Upgrades in company: other requests on the connection, other heads, parts that go away. */

let rig: InProcessRig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

function agree(lines: string, reason = 'Switching Protocols'): void {
  rig.origin.script = (exchange) => {
    exchange.connection.goRaw();
    exchange.send(
      `HTTP/1.1 101 ${reason}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${acceptOf(SAMPLE_KEY)}\r\n${lines}\r\nbehind`,
    );
  };
}

describe('on a connection with other requests', () => {
  test('behind a plain request that has been answered', async () => {
    const visitor = await rig.send(`GET /first HTTP/1.1\r\n${rig.hostLine}\r\n`);
    expect((await visitor.response()).text).toBe('GET /first\n');
    rig.origin.script = (exchange) => switchProtocols(exchange, '', Buffer.from('hello'));
    visitor.send(handshake(rig));
    expect((await visitor.head(1)).status).toBe(101);
    await visitor.when(() => visitor.raw.toString() === 'hello', 'the greeting');
  });

  test('behind one that has not: never mixed, never raw before its turn', async () => {
    rig.origin.script = () => {};
    const visitor = await rig.send(
      `GET /first HTTP/1.1\r\n${rig.hostLine}\r\n${handshake(rig)}raw bytes`,
    );
    await rig.canary();
    const first = rig.origin.exchanges[0];
    if (first !== undefined && !first.connection.isClosed) {
      first.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst');
    }
    await visitor.when(() => visitor.messages.length > 0 || visitor.ended !== undefined, 'an end');
    if (visitor.messages[0]) expect(visitor.messages[0].status).toBe(200);
    for (const { reader, received } of rig.origin.connections) {
      expect(reader.badness).toBeUndefined();
      expect(received.toString('latin1')).not.toContain('raw bytes');
    }
    visitor.destroy();
    await rig.settled();
  });
});

describe('heads', () => {
  test('the 101 keeps its reason, its order, its cases and its duplicates', async () => {
    const lines = 'X-One: 1\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nx-one: 2\r\n';
    agree(lines, 'Web Socket Protocol Handshake');
    const visitor = await rig.send(handshake(rig));
    const head = await visitor.head();
    expect(head.reason).toBe('Web Socket Protocol Handshake');
    expect(head.rawHead.toString('latin1')).toContain(lines);
    await visitor.when(() => visitor.raw.toString() === 'behind', 'the bytes behind it');
  });

  test('early hints before the 101', async () => {
    rig.origin.script = (exchange) => {
      exchange.send('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
      switchProtocols(exchange, '', Buffer.from('hello'));
    };
    const visitor = await rig.send(handshake(rig));
    const head = await visitor.head();
    expect([head.status, head.informational.map(({ status }) => status)]).toEqual([101, [103]]);
    await visitor.when(() => visitor.raw.toString() === 'hello', 'the greeting');
  });

  for (const line of ['Content-Length: 6\r\n', 'Transfer-Encoding: chunked\r\n']) {
    test(`a 101 with ${line.trim()} does not frame what follows`, async () => {
      agree(line);
      const visitor = await rig.send(handshake(rig));
      const head = await visitor.head();
      expect([101, 502]).toContain(head.status);
      if (head.status === 502) return;
      expect(head.has('content-length') || head.has('transfer-encoding')).toBe(false);
      await visitor.when(() => visitor.raw.toString() === 'behind', 'the bytes behind it');
    });
  }
});

describe('before the 101', () => {
  test('2 MiB wait for an origin that thinks, and all arrive', async () => {
    const early = randomBytes(2 * 1024 * 1024);
    rig.origin.script = async (exchange) => {
      for (let i = 0; i < 10; i++) await rig.canary();
      switchProtocols(exchange);
    };
    await rig.send(Buffer.concat([Buffer.from(handshake(rig)), early]));
    const { connection } = await rig.origin.exchange();
    await rig.origin.when(() => connection.raw.length >= early.length, 'all of it');
    expect(connection.raw.equals(early)).toBe(true);
  });

  test('a name that nobody holds is 404, and the connection ends', async () => {
    const visitor = await rig.send(handshake(rig, '/', { Host: `nobody.${rig.domain}` }));
    expect((await visitor.response()).status).toBe(404);
    await visitor.closed();
  });

  test('an origin that is not there is 502, and the connection ends', async () => {
    await rig.origin.close();
    const visitor = await rig.send(handshake(rig));
    expect((await visitor.response()).status).toBe(502);
    await visitor.closed();
  });
});

describe('parts that go away', () => {
  test('the client: the visitor sees a cut, not an end', async () => {
    agree('');
    const visitor = await rig.send(handshake(rig));
    await visitor.when(() => visitor.raw.toString() === 'behind', 'an open connection');
    await rig.tunnel.close({ drainMs: 0 });
    expect(await visitor.closed()).toBe('reset');
    const { connection } = await rig.origin.exchange();
    await connection.gone();
  });

  test('the relay: both ends see it', async () => {
    agree('');
    const visitor = await rig.send(handshake(rig));
    await visitor.head();
    const { connection } = await rig.origin.exchange();
    await rig.relay.close({ drainMs: 0 });
    await visitor.closed();
    await connection.gone();
  });

  test('three hundred visitors, at every stage of the handshake', async () => {
    let asked = 0;
    rig.origin.script = (exchange) => {
      if (asked++ % 3 > 0) switchProtocols(exchange, '', Buffer.from('hello'));
    };
    for (let i = 0; i < 300; i += 20) {
      const visitors = await Promise.all(
        Array.from({ length: 20 }, () => rig.send(handshake(rig))),
      );
      for (const [j, visitor] of visitors.entries()) {
        if (j % 4 === 0) await rig.canary();
        if (j % 2 === 0) visitor.reset();
        else visitor.destroy();
      }
    }
    await rig.settled();
    const isRaw = () =>
      rig.origin.openConnections.some(({ received }) => received.includes('Upgrade'));
    await rig.origin.when(() => !isRaw(), 'no upgraded connection left');
  });
});
