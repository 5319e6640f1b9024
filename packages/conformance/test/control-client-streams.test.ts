import { FrameType, limits, type Opening, type RequestHead } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import { AttackedClient } from '../src/control-peer/attacked-client.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import { fillWindow, flood } from '../src/control-peer/floods.ts';
import {
  countFrame,
  dataFrame,
  frame,
  openFrame,
  resetFrame,
  stopFrame,
  windowFrame,
} from '../src/control-peer/frames.ts';

/** A relay that lies about visitors: what it opens, how much it sends, how often. */

const attackedClient = AttackedClient.inThisFile();

describe('requests that no visitor could have made', () => {
  const host = ['Host', 'name.localhost'];
  const heads: [string, Partial<RequestHead>, Partial<Opening>?][] = [
    ['H32 an absolute target', { target: 'http://169.254.169.254/latest' }],
    ['H32 a target that is an authority', { method: 'CONNECT', target: '169.254.169.254:80' }],
    ['H32 CONNECT with a path', { method: 'CONNECT', target: '/x' }],
    ['H32 a TCP stream', {}, { kind: 'tcp' }],
    ['H32 a stream from node to node', {}, { kind: 'splice' }],
    ['H32 a stream of another tunnel', {}, { tunnel: 2 }],
    ['H24 a line break in the method', { method: 'GET / HTTP/1.1\r\nX: y\r\n\r\nGET' }],
    ['H24 a line break in the target', { target: '/ HTTP/1.1\r\nX: y' }],
    ['H24 a space in the target', { target: '/a b' }],
    ['H24 a line break in a name', { headers: [...host, 'X\r\nY', 'z'] }],
    ['H24 a line break in a value', { headers: [...host, 'X', 'y\r\nY: z'] }],
    ['H24 a bare line feed in a value', { headers: [...host, 'X', 'y\nY: z'] }],
    ['H24 an empty name', { headers: [...host, '', 'x'] }],
    ['H24 a space in a name', { headers: [...host, 'X ', 'x'] }],
    ['a transfer coding', { headers: [...host, 'Transfer-Encoding', 'chunked'] }],
    ['two lengths', { headers: [...host, 'Content-Length', '1', 'Content-Length', '2'] }],
    ['a length that is no number', { headers: [...host, 'Content-Length', '+5'] }],
    ['a length without a body', { headers: [...host, 'Content-Length', '5'] }],
  ];
  for (const [what, request, opening] of heads) {
    test(`${what} never reaches the upstream`, async () => {
      const client = await attackedClient();
      client.peer.send(openFrame(1, request, opening));
      const answers: number[] = [FrameType.Reset, FrameType.Goaway];
      const answer = await client.peer.take(({ type }) => answers.includes(type), 'a refusal');
      expect(client.origin.exchanges.length).toBe(0);
      const peer = answer.type === FrameType.Goaway ? await client.relay.peer() : client.peer;
      expect(await client.exchange(peer, 3)).toBe('GET /__canary/x\n');
      for (const { reader } of client.origin.connections) expect(reader.badness).toBeUndefined();
    });
  }

  test('H32 another Host reaches the configured upstream and no other', async () => {
    const client = await attackedClient();
    client.peer.send(openFrame(1, { headers: ['Host', '169.254.169.254'] }));
    await client.peer.takeType(FrameType.Head, 1);
    const { request } = await client.origin.exchange();
    expect(request.values('host')).toEqual(['169.254.169.254']);
  });

  test('hop-by-hop lines are stripped again', async () => {
    const client = await attackedClient();
    const lines = ['Keep-Alive', '5', 'Upgrade', 'h2c', 'TE', 'gzip', 'Proxy-Authorization', 'x'];
    client.peer.send(openFrame(1, { headers: ['Host', 'name.localhost', ...lines] }));
    await client.peer.takeType(FrameType.Head, 1);
    const { request } = await client.origin.exchange();
    for (const name of ['keep-alive', 'upgrade', 'te', 'proxy-authorization']) {
      expect(request.values(name)).toEqual([]);
    }
  });

  for (const [what, sent] of [
    ['longer', '123456'],
    ['shorter', '1234'],
  ] as const) {
    test(`a body ${what} than its length is cut, not repaired`, async () => {
      const client = await attackedClient();
      const headers = ['Host', 'name.localhost', 'Content-Length', '5'];
      client.peer.send(
        openFrame(1, { method: 'POST', headers }, {}, false),
        dataFrame(1, sent, true),
      );
      const answers: number[] = [FrameType.Reset, FrameType.Goaway];
      const answer = await client.peer.take(({ type }) => answers.includes(type), 'a refusal');
      const peer = answer.type === FrameType.Goaway ? await client.relay.peer() : client.peer;
      await client.exchange(peer, 3);
      expect(client.origin.completed.length).toBe(0);
    });
  }
});

describe('credit', () => {
  test('H10 one byte beyond the window', async () => {
    const client = await attackedClient();
    client.origin.script = (exchange) => exchange.connection.socket.pause();
    client.peer.send(openFrame(1, { method: 'POST' }, {}, false));
    await client.origin.exchange();
    await fillWindow(client.peer, 1);
    client.peer.send(dataFrame(1, 'x'));
    await expectGoaway(client.peer, 'SELLIA_FLOW_CONTROL');
    await client.servesAgain();
  });

  test('H11 OPEN with far more than the initial window', async () => {
    const client = await attackedClient();
    client.origin.script = (exchange) => exchange.connection.socket.pause();
    client.peer.send(openFrame(1, { method: 'POST' }, {}, false));
    const chunk = dataFrame(1, new Uint8Array(limits.DATA_MAX));
    for (let i = 0; i < 8_000 && !client.peer.isClosed; i++) await client.peer.sendFlushed(chunk);
    await expectGoaway(client.peer, 'SELLIA_FLOW_CONTROL');
    await client.servesAgain();
  });

  test('a response stays within the credit that the relay gave', async () => {
    const client = await attackedClient({}, { welcome: { initialWindow: 1_000 } });
    client.origin.answers(`HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5_000)}`);
    client.peer.send(openFrame(1));
    let received = 0;
    for (const grant of [0, 1, 999, 3_000]) {
      if (grant > 0) client.peer.send(windowFrame(1, grant));
      for (const wanted = received + (grant || 1_000); received < wanted; ) {
        received += (await client.peer.takeType(FrameType.Data, 1)).payload.length;
      }
      await client.peer.barrier();
      expect(client.peer.frames.some((got) => got.type === FrameType.Data)).toBe(false);
    }
    expect(received).toBe(5_000);
  });
});

describe('floods', () => {
  const floods: [string, (acknowledged: number) => Uint8Array][] = [
    ['PING', () => countFrame(FrameType.Ping, 1)],
    ['WINDOW', () => windowFrame(1, 1)],
    ['empty DATA', () => dataFrame(1, '')],
    ['STOP of a stream that is over', () => stopFrame(1, 'SELLIA_CANCELLED')],
    ['unknown optional frames', () => frame(0x80 | 0x0f, 0)],
    ['ACK of the same', (acknowledged) => countFrame(FrameType.Ack, acknowledged)],
  ];
  for (const [what, bytes] of floods) {
    test(`H14 a flood of ${what}`, async () => {
      const client = await attackedClient();
      client.origin.script = () => {};
      client.peer.isPolite = false;
      client.peer.send(openFrame(1, { method: 'POST' }, {}, false));
      await flood(client.peer, bytes(client.peer.sessionFrames));
      await expectGoaway(client.peer, 'SELLIA_TOO_MANY_FRAMES');
      await client.servesAgain();
    });
  }

  test('H14 streams opened and reset as fast as possible', async () => {
    const client = await attackedClient({ limits: { idleSocketMs: 100 } });
    client.origin.script = () => {};
    for (let id = 1; id < 4_000 && !client.peer.isClosed; id += 200) {
      const pairs: Uint8Array[] = [];
      for (let i = id; i < id + 200; i += 2) {
        pairs.push(openFrame(i), stopFrame(i, 'SELLIA_CANCELLED'));
      }
      client.peer.send(...pairs);
      await client.peer.barrier();
    }
    const peer = client.peer.isClosed ? await client.relay.peer() : client.peer;
    expect(await client.exchange(peer, 30_001)).toBe('GET /__canary/x\n');
    const { origin } = client;
    await origin.when(() => origin.openConnections.length <= 1, 'no connection left behind');
  });

  test('a reset in the middle of an upload is seen as cut by the upstream', async () => {
    const client = await attackedClient();
    client.peer.send(openFrame(1, { method: 'POST' }, {}, false), dataFrame(1, 'half'));
    const { request, connection } = await client.origin.exchange();
    await client.origin.when(() => request.bodyLength === 4, 'the first bytes');
    client.peer.send(resetFrame(1, 'SELLIA_CANCELLED'), stopFrame(1, 'SELLIA_CANCELLED'));
    await connection.gone();
    expect(request.isComplete).toBe(false);
  });
});
