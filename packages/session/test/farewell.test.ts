import type { Socket } from 'node:net';
import { closeFrame, type ErrorCode, WsBoundary } from '@sellia/protocol';
import {
  FAREWELL_LOOKS,
  FAREWELL_MS,
  FAREWELL_QUIET_MS,
  Farewell,
  VirtualClock,
} from '@sellia/session';
import { afterEach, describe, expect, test } from 'vitest';
import { SpliceRig } from './splice-rig.ts';

const KEY = Uint8Array.of(1, 2, 3, 4);
const TOLD = Buffer.from(closeFrame(1012, 'service restart'));
const TOLD_MASKED = Buffer.from(closeFrame(1012, 'service restart', KEY));
const OWN_CLOSE = Buffer.from(closeFrame(1000, 'bye'));
const OWN_CLOSE_MASKED = Buffer.from(closeFrame(1000, 'bye', KEY));

/** What a socket has heard, and how it ended. */
class Ear {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  ended: 'fin' | 'reset' | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    socket.on('end', () => {
      this.ended = 'fin';
    });
    socket.on('error', () => {
      this.ended = 'reset';
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async until(look: () => boolean, what: string): Promise<void> {
    const until = Date.now() + 5_000;
    while (!look()) {
      if (Date.now() > until) throw new Error(`waited in vain for ${what}: ${this.bytes.length} B`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async heard(length: number): Promise<void> {
    await this.until(() => this.bytes.length >= length, `${length} bytes`);
  }

  async over(): Promise<void> {
    await this.until(() => this.ended !== undefined, 'the end');
  }
}

interface Spoken {
  readonly rig: SpliceRig;
  readonly clock: VirtualClock;
  readonly visitor: Ear;
  readonly upstream: Ear;
}

const rigs: SpliceRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

/** A WebSocket through two splices; its ends are bare sockets. */
async function spoken(): Promise<Spoken> {
  const rig = new SpliceRig();
  rigs.push(rig);
  const clock = new VirtualClock();
  await rig.start({ relay: new Farewell(clock), client: new Farewell(clock, () => KEY) });
  return { rig, clock, visitor: new Ear(rig.visitor), upstream: new Ear(rig.upstream) };
}

const frame = (first: number, ...payload: number[]) => Buffer.of(first, payload.length, ...payload);
const text = (letters: string) => frame(0x81, ...Buffer.from(letters));
const masked = (letters: string) =>
  Buffer.concat([
    Buffer.of(0x81, 0x80 | letters.length, 0, 0, 0, 0),
    Buffer.from(letters, 'latin1'),
  ]);

/** Nothing is on its way: the pause that the relay waits for is there. */
function leave({ rig, clock }: Spoken): void {
  rig.relaySplice.leave();
  clock.advance(FAREWELL_QUIET_MS);
}

/** The upstream sends `before`; when the visitor has it, the relay leaves. */
async function leftBehind(before: Uint8Array): Promise<Spoken> {
  const all = await spoken();
  all.rig.upstream.write(before);
  await all.visitor.heard(before.length);
  leave(all);
  return all;
}

describe('a relay that leaves', () => {
  test('tells an idle visitor, whose answer tells the upstream', async () => {
    const all = await spoken();
    const { rig, clock, visitor, upstream } = all;
    leave(all);
    await visitor.over();
    expect([visitor.bytes, visitor.ended]).toEqual([TOLD, 'fin']);
    const answer = Buffer.from(closeFrame(1012, '', KEY));
    rig.visitor.end(answer);
    await upstream.over();
    expect([upstream.bytes, upstream.ended]).toEqual([answer, 'fin']);
    rig.upstream.end(closeFrame(1012, ''));
    await rig.settled();
    await upstream.until(() => rig.codes.length === 2, 'both ends');
    expect(new Set(rig.codes)).toEqual(new Set([undefined, 'SELLIA_GOING_AWAY']));
    expect(clock.pending).toBe(0);
  });

  // Two fragments with a ping between, a message, a long one, a ping, one more.
  const script = Buffer.concat([
    frame(0x01, 1, 2),
    frame(0x89, 9),
    frame(0x80, 3),
    text('hello'),
    Buffer.from([0x82, 126, 0, 200, ...new Uint8Array(200)]),
    frame(0x8a),
    text('last'),
  ]);
  const cuts = [1, 2, 4, 6, 9, 11, 12, 14, 17, 20, 21, 23, 150, 222, 223, 225, 226];
  test.each(cuts)('%d bytes into a conversation, tells at the end of the message', async (cut) => {
    const { rig, visitor } = await leftBehind(script.subarray(0, cut));
    const boundary = new WsBoundary();
    boundary.push(script.subarray(0, cut));
    const isWithin = !boundary.isBetweenMessages;
    const end = cut + (isWithin ? boundary.pushMessage(script.subarray(cut)) : 0);
    rig.upstream.write(script.subarray(cut));
    await visitor.over();
    expect(visitor.bytes).toEqual(Buffer.concat([script.subarray(0, end), TOLD]));
    expect(visitor.ended).toBe('fin');
  });

  test('cuts a message that does not end in time, and the upstream is told', async () => {
    const { clock, visitor, upstream } = await leftBehind(Buffer.of(0x82, 5, 1, 2));
    clock.advance(FAREWELL_MS - FAREWELL_QUIET_MS - 1);
    expect(visitor.ended).toBeUndefined();
    clock.advance(1);
    await visitor.over();
    expect([visitor.bytes.length, visitor.ended]).toEqual([4, 'reset']);
    await upstream.over();
    expect([upstream.bytes, upstream.ended]).toEqual([TOLD_MASKED, 'fin']);
  });

  test('cuts a message that stays without its last fragment', async () => {
    const { clock, visitor } = await leftBehind(frame(0x01, 1, 2));
    clock.advance(FAREWELL_MS);
    await visitor.over();
    expect([visitor.bytes.length, visitor.ended]).toEqual([4, 'reset']);
  });

  test('cuts what are no frames', async () => {
    const { clock, visitor } = await leftBehind(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    clock.advance(FAREWELL_MS);
    await visitor.over();
    expect([visitor.bytes.length, visitor.ended]).toEqual([18, 'reset']);
  });

  test('waits for a pause, so that what is on its way arrives, but not for ever', async () => {
    const { rig, clock, visitor } = await spoken();
    rig.relaySplice.leave();
    for (let look = 1; look <= FAREWELL_LOOKS; look++) {
      rig.upstream.write(text('more'));
      await visitor.heard(6 * look);
      expect(visitor.ended).toBeUndefined();
      clock.advance(FAREWELL_QUIET_MS);
    }
    await visitor.over();
    expect(visitor.bytes.subarray(6 * FAREWELL_LOOKS)).toEqual(TOLD);
    clock.advance(FAREWELL_MS);
    await rig.settled();
  });

  test('leaves alone what the upstream closes', async () => {
    const { rig, visitor, upstream } = await leftBehind(OWN_CLOSE);
    rig.visitor.write(OWN_CLOSE_MASKED);
    await upstream.heard(OWN_CLOSE_MASKED.length);
    rig.upstream.end();
    await visitor.over();
    rig.visitor.end();
    await upstream.over();
    await rig.settled();
    expect([visitor.bytes, upstream.bytes]).toEqual([OWN_CLOSE, OWN_CLOSE_MASKED]);
    expect([visitor.ended, upstream.ended]).toEqual(['fin', 'fin']);
  });

  test('leaves alone what the visitor closes', async () => {
    const all = await spoken();
    const { rig, visitor, upstream } = all;
    rig.visitor.write(OWN_CLOSE_MASKED);
    await upstream.heard(OWN_CLOSE_MASKED.length);
    leave(all);
    rig.upstream.end(Buffer.concat([text('late'), OWN_CLOSE]));
    await visitor.over();
    rig.visitor.end();
    await rig.settled();
    expect(visitor.bytes).toEqual(Buffer.concat([text('late'), OWN_CLOSE]));
    expect([visitor.ended, upstream.bytes]).toEqual(['fin', OWN_CLOSE_MASKED]);
  });

  test('a visitor that just hangs up: the upstream is told all the same', async () => {
    const all = await spoken();
    const { rig, visitor, upstream } = all;
    leave(all);
    await visitor.over();
    rig.visitor.end();
    await upstream.over();
    expect([upstream.bytes, upstream.ended]).toEqual([TOLD_MASKED, 'fin']);
    rig.upstream.end(closeFrame(1012, ''));
    await rig.settled();
  });

  test('a visitor that does not answer is cut, and the upstream is told', async () => {
    const all = await spoken();
    const { rig, clock, visitor, upstream } = all;
    rig.visitor.write(masked('before'));
    await upstream.heard(12);
    leave(all);
    await visitor.over();
    expect(visitor.ended).toBe('fin');
    clock.advance(FAREWELL_MS);
    await upstream.over();
    expect(upstream.bytes).toEqual(Buffer.concat([masked('before'), TOLD_MASKED]));
    rig.upstream.end(closeFrame(1012, ''));
    await rig.settled();
  });

  test('what the visitor still sends before its answer arrives whole', async () => {
    const all = await spoken();
    const { rig, visitor, upstream } = all;
    rig.visitor.write(masked('hello').subarray(0, 4));
    await upstream.heard(4);
    leave(all);
    await visitor.over();
    rig.visitor.write(masked('hello').subarray(4));
    rig.visitor.end(OWN_CLOSE_MASKED);
    await upstream.over();
    expect(upstream.bytes).toEqual(Buffer.concat([masked('hello'), OWN_CLOSE_MASKED]));
    expect(upstream.ended).toBe('fin');
  });

  test('leaves nothing behind of an upstream that floods', async () => {
    const all = await spoken();
    const { rig, clock, visitor } = all;
    const chunk = Buffer.concat(Array.from({ length: 5_000 }, () => text('flood')));
    const write = () => {
      while (!rig.upstream.destroyed && rig.upstream.write(chunk));
    };
    rig.upstream.on('drain', write);
    write();
    await visitor.heard(chunk.length);
    leave(all);
    await visitor.over();
    expect([visitor.ended, visitor.bytes.subarray(-TOLD.length)]).toEqual(['fin', TOLD]);
    expect((visitor.bytes.length - TOLD.length) % text('flood').length).toBe(0);
    clock.advance(FAREWELL_MS);
    await visitor.until(() => rig.codes.length > 0, 'the relay to let go');
    clock.advance(FAREWELL_MS);
    await rig.settled();
  });
});

describe('a session that ends', () => {
  const ends: ['relay' | 'client'][] = [['relay'], ['client']];
  test.each(ends)('because the %s goes: both ends are told', async (side) => {
    const { rig, clock, visitor, upstream } = await spoken();
    rig.upstream.write(text('to the visitor'));
    rig.visitor.write(masked('to the upstream'));
    await Promise.all([visitor.heard(16), upstream.heard(21)]);
    rig.sessions.ends[side].close('SELLIA_GOING_AWAY', 'bye');
    await Promise.all([visitor.over(), upstream.over()]);
    expect(visitor.bytes).toEqual(Buffer.concat([text('to the visitor'), TOLD]));
    expect(upstream.bytes).toEqual(Buffer.concat([masked('to the upstream'), TOLD_MASKED]));
    expect([visitor.ended, upstream.ended]).toEqual(['fin', 'fin']);
    // Neither hangs up: both are let go in the end.
    clock.advance(FAREWELL_MS);
    await visitor.until(() => rig.codes.length === 2, 'both ends');
    expect(rig.codes).toEqual(['SELLIA_GOING_AWAY', 'SELLIA_GOING_AWAY']);
    expect(clock.pending).toBe(0);
  });

  test('within messages: both ends are cut', async () => {
    const { rig, visitor, upstream } = await spoken();
    rig.upstream.write(Buffer.of(0x82, 5, 1));
    rig.visitor.write(Buffer.of(0x02, 0x81, 1, 2, 3, 4, 5));
    await Promise.all([visitor.heard(3), upstream.heard(7)]);
    rig.sessions.ends.relay.close('SELLIA_GOING_AWAY', 'bye');
    await Promise.all([visitor.over(), upstream.over()]);
    expect([visitor.bytes.length, upstream.bytes.length]).toEqual([3, 7]);
    expect([visitor.ended, upstream.ended]).toEqual(['reset', 'reset']);
  });

  const codes: ErrorCode[] = ['SELLIA_HEARTBEAT', 'SELLIA_PROTOCOL', 'SELLIA_INTERNAL'];
  test.each(codes)('because of %s: nobody says a word', async (code) => {
    const { rig, visitor, upstream } = await spoken();
    rig.sessions.ends.client.close(code, 'bye');
    await Promise.all([visitor.over(), upstream.over()]);
    expect([visitor.bytes.length, upstream.bytes.length]).toEqual([0, 0]);
    expect([visitor.ended, upstream.ended]).toEqual(['reset', 'reset']);
  });

  test('behind a close frame: the socket just ends', async () => {
    const { rig, visitor, upstream } = await spoken();
    rig.upstream.write(OWN_CLOSE);
    await visitor.heard(OWN_CLOSE.length);
    rig.sessions.ends.relay.close('SELLIA_GOING_AWAY', 'bye');
    await Promise.all([visitor.over(), upstream.over()]);
    expect([visitor.bytes, visitor.ended]).toEqual([OWN_CLOSE, 'fin']);
    expect([upstream.bytes.length, upstream.ended]).toEqual([0, 'fin']);
  });
});
