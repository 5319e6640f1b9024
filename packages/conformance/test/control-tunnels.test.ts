import { connect } from '@sellia/client';
import { FrameType, type TunnelOpen } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import { AttackedClient } from '../src/control-peer/attacked-client.ts';
import { AttackedRelay, requestTo } from '../src/control-peer/attacked-relay.ts';
import type { ControlPeer } from '../src/control-peer/control-peer.ts';
import { expectGoaway } from '../src/control-peer/expect-goaway.ts';
import {
  controlFrame,
  dataFrame,
  drainFrame,
  headFrame,
  helloFrame,
  openFrame,
  welcomeFrame,
} from '../src/control-peer/frames.ts';
import { HostileRelay } from '../src/control-peer/hostile-relay.ts';

/** Tunnels as a session opens and closes them, rightly and wrongly. */

const attacked = AttackedRelay.inThisFile();

function open(peer: ControlPeer, fields: Partial<TunnelOpen>): void {
  peer.send(
    controlFrame({ type: 'tunnel.open', tunnel: 1, kind: 'http', name: '', lease: '', ...fields }),
  );
}

const idOf = async (peer: ControlPeer) => (await peer.takeType(FrameType.Open)).streamId;

describe('names', () => {
  const refused: [string, string, string[]][] = [
    ['two characters', 'ab', ['SELLIA_NAME_INVALID']],
    ['64 characters', 'a'.repeat(64), ['SELLIA_NAME_INVALID']],
    ['15,000 characters', 'a'.repeat(15_000), ['SELLIA_NAME_INVALID']],
    ['a dot', 'a.bystander', ['SELLIA_NAME_INVALID']],
    ['an underscore', 'my_app', ['SELLIA_NAME_INVALID']],
    ['a leading hyphen', '-app', ['SELLIA_NAME_INVALID']],
    ['a trailing hyphen', 'app-', ['SELLIA_NAME_INVALID']],
    ['punycode', 'xn--pypal-4ve', ['SELLIA_NAME_INVALID', 'SELLIA_NAME_RESERVED']],
    ['a letter of another alphabet', 'pаypal', ['SELLIA_NAME_INVALID']],
    ['a port', 'app:80', ['SELLIA_NAME_INVALID']],
    ['a line break', 'app\r\nX: y', ['SELLIA_NAME_INVALID']],
    ['a NUL', 'app\0', ['SELLIA_NAME_INVALID']],
    ['www', 'www', ['SELLIA_NAME_RESERVED']],
    ['__proto__', '__proto__', ['SELLIA_NAME_INVALID', 'SELLIA_NAME_RESERVED']],
    ['another client’s', 'bystander', ['SELLIA_NAME_TAKEN']],
    ['another client’s in upper case', 'BYSTANDER', ['SELLIA_NAME_TAKEN', 'SELLIA_NAME_INVALID']],
  ];
  for (const [what, name, codes] of refused) {
    test(`a name with ${what} is refused with a reason, and the session goes on`, async () => {
      const peer = await attacked.greeted();
      open(peer, { name });
      const { code, reason, hint } = await peer.takeControl('tunnel.refused');
      expect(codes).toContain(code);
      expect(reason.length).toBeGreaterThan(0);
      expect(hint.length + reason.length).toBeLessThan(1_000);
      open(peer, { tunnel: 2 });
      expect((await peer.takeControl('tunnel.ready')).name).toMatch(/^[a-z0-9-]{12}$/);
    });
  }

  const leases = ['', 'x', 'a'.repeat(10_000), 'ä', '\0', '=='];
  for (const lease of leases) {
    test(`the lease ${JSON.stringify(lease.slice(0, 5))} of ${lease.length} opens no door`, async () => {
      const peer = await attacked.greeted();
      open(peer, { name: 'bystander', lease });
      expect((await peer.takeControl('tunnel.refused')).code).toBe('SELLIA_NAME_TAKEN');
    });
  }

  test('a hundred clients want one name at once: one gets it', async () => {
    const peers = await Promise.all(Array.from({ length: 100 }, () => attacked.greeted()));
    for (const peer of peers) open(peer, { name: 'wanted-by-all' });
    const isAnswer = (text: string) => text.includes('tunnel.ready') || text.includes('refused');
    const answers = await Promise.all(
      peers.map((peer) =>
        peer.take(({ payload }) => isAnswer(Buffer.from(payload).toString()), 'an answer'),
      ),
    );
    const ready = answers.filter(({ payload }) => Buffer.from(payload).includes('tunnel.ready'));
    expect(ready.length).toBe(1);
  });
});

describe('tunnels of a session', () => {
  test('a kind that is not offered', async () => {
    const peer = await attacked.greeted();
    open(peer, { kind: 'tcp' as 'http' });
    await peer.takeControl('tunnel.refused');
  });

  test('one number twice', async () => {
    const { peer } = await attacked.tunnel('numbered');
    open(peer, { name: 'numbered-too' });
    await expectGoaway(peer, 'SELLIA_PROTOCOL');
  });

  test('more tunnels than a session may have', async () => {
    const peer = await attacked.greeted();
    for (let tunnel = 1; tunnel <= 65; tunnel++) open(peer, { tunnel });
    const refusal = await peer.takeControl('tunnel.refused');
    expect(refusal).toMatchObject({ tunnel: 65, code: 'SELLIA_TOO_MANY_TUNNELS' });
  });

  test('two of them: each stream says whose it is', async () => {
    const first = await attacked.tunnel('first-one');
    open(first.peer, { tunnel: 7, name: 'second-one' });
    const second = await first.peer.takeControl('tunnel.ready');
    const visitor = await attacked.visit({ ...first, ...second }, '/to-second');
    const opened = await first.peer.takeType(FrameType.Open);
    const [kind, number] = Buffer.from(opened.payload).toString('latin1').split('\0');
    expect([kind, number]).toEqual(['http', '7']);
    first.peer.send(headFrame(opened.streamId, 204, [], true));
    expect((await visitor.response()).status).toBe(204);
  });

  test('a closed one: running streams finish, new visitors are told, the name is free', async () => {
    const tunnel = await attacked.tunnel('short-lived');
    const running = await attacked.visit(tunnel);
    const id = await idOf(tunnel.peer);
    tunnel.peer.send(controlFrame({ type: 'tunnel.closed', tunnel: 1, reason: 'done' }));
    const heir = await attacked.greeted();
    open(heir, { name: 'short-lived' });
    await heir.takeControl('tunnel.ready');
    tunnel.peer.send(headFrame(id, 200, ['Content-Length', '3']), dataFrame(id, 'own', true));
    expect((await running.response()).text).toBe('own');
    const next = await attacked.visit(tunnel);
    heir.send(headFrame(await idOf(heir), 204, [], true));
    expect((await next.response()).status).toBe(204);
  });

  test('opened and closed a thousand times', async () => {
    const peer = await attacked.greeted();
    for (let i = 1; i <= 1_000; i++) {
      open(peer, { tunnel: i, name: 'revolving-door' });
      const { tunnel } = await peer.takeControl('tunnel.ready');
      peer.send(controlFrame({ type: 'tunnel.closed', tunnel, reason: '' }));
    }
    await peer.barrier();
  });

  test('a flood of tunnel.open ends the session', async () => {
    const peer = await attacked.greeted();
    for (let i = 0; i < 300 && !peer.isClosed; i++) {
      const opens = Array.from({ length: 200 }, (_, j) =>
        controlFrame({
          type: 'tunnel.open',
          tunnel: 1_000 + i * 200 + j,
          kind: 'http',
          name: 'ab',
          lease: '',
        }),
      );
      peer.send(...opens);
    }
    await expectGoaway(peer, 'SELLIA_TOO_MANY_FRAMES');
  });
});

describe('H36 GoAway', () => {
  test('a client that leaves: its stream finishes, the next visitor waits for its successor', async () => {
    const tunnel = await attacked.tunnel('moving-house');
    const running = await attacked.visit(tunnel);
    const id = await idOf(tunnel.peer);
    tunnel.peer.send(drainFrame(id));
    await tunnel.peer.barrier();
    const waiting = await attacked.visit(tunnel, '/later');
    await tunnel.peer.barrier();
    expect(tunnel.peer.frames.some(({ type }) => type === FrameType.Open)).toBe(false);
    const successor = await attacked.greeted();
    open(successor, { name: 'moving-house', lease: tunnel.lease });
    successor.send(headFrame(await idOf(successor), 200, ['Content-Length', '0'], true));
    expect((await waiting.response()).status).toBe(200);
    tunnel.peer.send(headFrame(id, 200, ['Content-Length', '0'], true));
    expect((await running.response()).status).toBe(200);
  });

  test('a client that leaves without a successor: visitors are told in time', async () => {
    const tunnel = await attacked.tunnel('moving-out');
    tunnel.peer.send(drainFrame(0));
    await tunnel.peer.barrier();
    const visitor = await attacked.visit(tunnel);
    await tunnel.peer.barrier();
    await attacked.clock.advance(10_000);
    expect([502, 503, 504]).toContain((await visitor.response()).status);
  });
});

describe('reports', () => {
  test('come to a client that asked for them', async () => {
    const tunnel = await attacked.tunnel('curious', { capabilities: ['reports'] });
    const visitor = await attacked.visit(tunnel);
    const id = await idOf(tunnel.peer);
    tunnel.peer.send(headFrame(id, 404, ['Content-Length', '0'], true));
    expect((await visitor.response()).status).toBe(404);
    const report = await tunnel.peer.takeControl('exchange.report');
    expect(report).toMatchObject({ stream: id, status: 404, code: '' });
  });

  test('and to no other', async () => {
    const tunnel = await attacked.tunnel('incurious');
    const visitor = await attacked.visit(tunnel);
    tunnel.peer.send(headFrame(await idOf(tunnel.peer), 204, [], true));
    await visitor.response();
    await tunnel.peer.barrier();
    expect(tunnel.peer.frames.filter(({ type }) => type === FrameType.Control)).toEqual([]);
  });

  test('of five hundred exchanges on one connection, each comes once', async () => {
    const tunnel = await attacked.tunnel('reader', { capabilities: ['reports'] });
    const visitor = await attacked.visitor();
    const wanted: number[] = [];
    for (let i = 0; i < 500; i++) {
      visitor.send(requestTo(tunnel, `/${i}`));
      const id = await idOf(tunnel.peer);
      wanted.push(id);
      tunnel.peer.send(headFrame(id, 204, [], true));
      await visitor.responses(i + 1);
    }
    const reported: number[] = [];
    for (const _ of wanted) {
      reported.push((await tunnel.peer.takeControl('exchange.report')).stream);
    }
    expect(reported).toEqual(wanted);
  });
});

describe('H26 a relay that leaves', () => {
  const attackedClient = AttackedClient.inThisFile();
  const stages: [string, (peer: ControlPeer) => Promise<unknown>][] = [
    ['before it greets', (peer) => peer.takeHello()],
    ['behind its greeting', async (peer) => peer.send(welcomeFrame())],
    [
      'before it answers tunnel.open',
      async (peer) => {
        peer.send(welcomeFrame());
        await peer.takeControl('tunnel.open');
      },
    ],
    ['with HELLO in place of WELCOME', async (peer) => peer.send(helloFrame())],
  ];
  for (const [when, reach] of stages) {
    test(`H26 ${when}`, async () => {
      const relay = await HostileRelay.start({ isWelcoming: false });
      const connecting = connect({ server: relay.url, upstream: 'http://127.0.0.1:1' });
      const failed = expect(connecting).rejects.toMatchObject({ name: 'SelliaError' });
      const peer = await relay.peer();
      await reach(peer);
      peer.terminate();
      await failed;
      await relay.close();
    });
  }

  for (const sends of [0, 1, 2]) {
    test(`H26 in the middle of ${sends} exchanges: the upstream sees them cut`, async () => {
      const client = await attackedClient();
      client.origin.script = () => {};
      for (let i = 0; i < sends; i++) {
        client.peer.send(openFrame(1 + 2 * i, { method: 'POST' }, {}, false));
        await client.origin.exchange(i);
      }
      client.peer.terminate();
      for (const { connection } of client.origin.exchanges) await connection.gone();
      await client.servesAgain();
    });
  }
});
