/**
 * 2.G, slow and hostile visitors, relay and client in this process: on a clock where the case is
 * about time. The two programs are put through theirs in reliability-slow-programs.test.ts; G08 is
 * in framing-memory.test.ts.
 */
import { connect as dial } from 'node:net';
import { FrameType } from '@sellia/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { AttackedRelay } from '../src/control-peer/attacked-relay.ts';
import { controlFrame, headFrame } from '../src/control-peer/frames.ts';
import { SteppedClock } from '../src/control-peer/stepped-clock.ts';
import { FaultProxy } from '../src/faults/index.ts';
import {
  eventually,
  type InProcessRig,
  type OriginExchange,
  startRig,
  Visitor,
} from '../src/rig/index.ts';
import { MiB, sendBulk } from '../src/servers/bulk.ts';
import { handshake, switchProtocols } from '../src/servers/upgrade.ts';

let rig: InProcessRig;
afterEach(() => rig?.close());

describe('on a clock', () => {
  let clock: SteppedClock;

  async function start(): Promise<void> {
    clock = new SteppedClock();
    rig = await startRig({ relayOptions: { clock }, connectOptions: { clock } });
  }

  test('G04 a visitor that reads 1 B/s of a large answer is cut, and the upstream is free', async () => {
    await start();
    // More than the kernels between hold.
    const total = 64 * MiB;
    rig.origin.script = async (exchange) => {
      exchange.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      await sendBulk(exchange.connection.socket, total);
    };
    await using street = await FaultProxy.start({ host: '127.0.0.1', port: rig.port }, { clock });
    const visitor = await Visitor.open({ port: street.port });
    street.throttle(1, 'down');
    visitor.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    const { connection } = await rig.origin.exchange();
    const { socket } = connection;
    const sent = () => socket.bytesWritten - socket.writableLength;
    for (let last = -1, quiet = 0; quiet < 5; quiet = sent() === last ? quiet + 1 : 0) {
      last = sent();
      await rig.canary();
    }
    expect(sent()).toBeLessThan(total);
    await clock.advance(170_000);
    expect(connection.isClosed).toBe(false);
    // Its kernel has taken a last piece meanwhile, perhaps.
    for (let s = 0; s < 200 && !connection.isClosed; s++) await clock.advance(1_000);
    expect(await connection.gone()).toBe('reset');
    // A byte a second, for the times above.
    expect(visitor.receivedLength).toBeLessThan(400);
    visitor.destroy();
    await rig.settled();
  });

  test('G05 an idle connection is closed after its time, to the second', async () => {
    await start();
    const visitor = await rig.send(`GET / HTTP/1.1\r\n${rig.hostLine}\r\n`);
    await visitor.response();
    await clock.advance(64_000);
    await rig.canary();
    expect(visitor.ended).toBeUndefined();
    await clock.advance(2_000);
    expect(await visitor.closed()).toBe('fin');
  });
});

describe('rapid resets', () => {
  const COUNT = 3_000;
  const AT_ONCE = 12;
  const STREAMS = 30;

  async function start(): Promise<void> {
    peak = 0;
    rig = await startRig({ relayOptions: { limits: { streamsPerSession: STREAMS } } });
  }

  /**
   * So many visitors that send a request and reset. Every other one waits until O has it (or the
   * relay refuses): the relay is never further behind than there are attackers.
   */
  async function attack(bytesOf: (target: string) => string): Promise<void> {
    const one = async (attacker: number) => {
      for (let i = 0; i < COUNT / AT_ONCE; i++) {
        const target = `/${attacker}/${i}`;
        await openAndReset(rig.port, bytesOf(target), (done) => {
          if (i % 2 === 0) done();
          else waiting.set(target, done);
        });
        waiting.delete(target);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, attacker) => one(attacker)));
  }
  const waiting = new Map<string, () => void>();
  let peak = 0;

  function seen({ request }: OriginExchange): void {
    peak = Math.max(peak, rig.origin.openConnections.length);
    waiting.get(request.target)?.();
  }

  /** Honest requests meanwhile: milliseconds of each. */
  async function honest(during: Promise<unknown>): Promise<number[]> {
    const times: number[] = [];
    let isOver = false;
    void during.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const askedAt = performance.now();
      await rig.canary();
      times.push(performance.now() - askedAt);
    }
    await during;
    return times.sort((a, b) => a - b);
  }

  async function expectNothingLeft(times: number[]): Promise<void> {
    // The median: attackers, relay, client and origin share this process with whatever else runs.
    expect(times[times.length >> 1]).toBeLessThan(200);
    await rig.settled();
    // One may be kept for the next request.
    await eventually(
      () => rig.origin.openConnections.length <= 1 && rig.relay.stats().visitors === 0,
      () => `${rig.origin.openConnections.length} connections at the origin`,
    );
    await rig.canary();
  }

  /** More visitors than streams, who stay: the rest is refused; all reset at once. */
  async function expectBound(request: string): Promise<void> {
    peak = 0;
    const crowd = await Promise.all(Array.from({ length: STREAMS + 10 }, () => rig.send(request)));
    const refused = () => crowd.filter(({ messages }) => messages[0]?.status === 503).length;
    await eventually(
      () => refused() === 10,
      () => `${refused()} are refused`,
    );
    for (const visitor of crowd) visitor.reset();
    await rig.settled();
    // One idle connection of the client's may be among them.
    expect([STREAMS, STREAMS + 1]).toContain(peak);
  }

  test('G10 3,000 requests to an origin that does not answer', async () => {
    await start();
    rig.origin.script = seen;
    const get = (target: string) => `GET ${target} HTTP/1.1\r\n${rig.hostLine}\r\n`;
    await expectNothingLeft(await honest(attack(get)));
    await expectBound(get('/held'));
  });

  test('G11 3,000 upgrades, of which the origin takes half', async () => {
    await start();
    rig.origin.script = (exchange) => {
      if (rig.origin.exchanges.length % 2 === 0) switchProtocols(exchange);
      seen(exchange);
    };
    await expectNothingLeft(await honest(attack((target) => handshake(rig, target))));
    await expectBound(handshake(rig));
  });
});

describe('tunnels', () => {
  const attacked = AttackedRelay.inThisFile();

  test('G18 one tunnel more than a session may have: refused with a code, the others live', async () => {
    const first = await attacked.tunnel('of-many');
    const { peer } = first;
    for (let tunnel = 2; tunnel <= 65; tunnel++) {
      const name = `of-many-${tunnel}`;
      peer.send(controlFrame({ type: 'tunnel.open', tunnel, kind: 'http', name, lease: '' }));
    }
    const { code, reason, hint } = await peer.takeControl('tunnel.refused');
    expect(code).toBe('SELLIA_TOO_MANY_TUNNELS');
    expect(reason.length * hint.length).toBeGreaterThan(0);
    for (const host of ['of-many', 'of-many-64']) {
      const url = first.url.replace('of-many', host);
      const visitor = await attacked.visit({ ...first, url });
      const opened = await peer.takeType(FrameType.Open);
      peer.send(headFrame(opened.streamId, 204, [], true));
      expect((await visitor.response()).status).toBe(204);
    }
  });
});

/** Resets when the bytes have left and `wait` says so, or anything is answered. */
function openAndReset(
  port: number,
  bytes: string,
  wait: (done: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const socket = dial({ port, host: '127.0.0.1' });
    const leave = () => socket.resetAndDestroy();
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.on('data', leave);
    socket.on('connect', () => socket.write(bytes, () => wait(leave)));
  });
}
