import {
  encodeControl,
  encodeFrame,
  encodeResponse,
  FrameType,
  type Resume,
} from '@sellia/protocol';
import { memoryPair, Session } from '@sellia/session';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resumeProof } from '../src/resume-proof.ts';
import { Talker, World, type WorldOptions } from './resume-world.ts';
import { opening, Recorder } from './session-pair.ts';

const KiB = 1024;
const request = { method: 'POST', target: '/', headers: ['Host', 'x'] };
const head = encodeResponse(200, 'OK', []);

/** A world whose client answers each stream with `download` bytes, while `upload` bytes come. */
function talkingWorld(options: WorldOptions = {}) {
  const world = new World(options);
  const talkers: { near: Talker; far: Talker }[] = [];
  const expected: number[] = [];
  world.clientOwner.accept = (stream, ended) => {
    const far = new Talker(1, expected[talkers.length] ?? 0);
    const near = pending.shift() as Talker;
    talkers.push({ near, far });
    far.stream = stream;
    if (ended) far.onEnd();
    stream.head(head, false);
    far.write();
    return far;
  };
  const pending: Talker[] = [];
  const open = (upload: number, download: number) => {
    const near = new Talker(0, upload);
    const stream = world.relay.open(opening, request, false, near);
    if (stream === undefined) return false;
    near.stream = stream;
    pending.push(near);
    expected.push(download);
    near.write();
    return true;
  };
  world.clock.advance(20);
  return { world, talkers, open };
}

function problemsOf(talkers: readonly { near: Talker; far: Talker }[]): string[] {
  return talkers.flatMap(({ near, far }) => [...near.problems, ...far.problems]);
}

/** From now on a message above `size` bytes of the client's cuts the link that it is sent on. */
function breakOn(world: World, size: number): void {
  const dial = world.dial.bind(world);
  world.dial = () => {
    const link = dial();
    const send = link.send.bind(link);
    link.send = (message, sent) => {
      if (message.length > size) link.terminate();
      else send(message, sent);
    };
    return link;
  };
}

describe('a session that loses its control socket', () => {
  test('goes on over another one, each byte once and in order, both ways', () => {
    const { world, talkers, open } = talkingWorld({ delayMs: 5 });
    for (let i = 0; i < 4; i++) open(300 * KiB, 500 * KiB);
    for (let cut = 0; cut < 5; cut++) {
      world.clock.advance(23);
      world.link[cut % 2]?.terminate();
      world.clock.advance(150);
    }
    world.clock.advance(60_000);
    expect(world.clientOwner.backs).toBe(5);
    expect(problemsOf(talkers)).toEqual([]);
    for (const { near, far } of talkers) {
      expect([near.isDone, near.read, far.isDone, far.read]).toEqual([
        true,
        500 * KiB,
        true,
        300 * KiB,
      ]);
    }
    expect([world.relay.streamCount, world.client.streamCount]).toEqual([0, 0]);
    expect([world.budget.used, world.relay.state]).toEqual([0, 'open']);
  });

  test('K05 a black hole is noticed within 10 s on both sides, and everything goes on behind it', () => {
    const { world, talkers, open } = talkingWorld({ delayMs: 5 });
    open(100 * KiB, 3_000 * KiB);
    world.clock.advance(30);
    for (const end of world.link) end.isLossy = true;
    world.clock.advance(10_000);
    expect([world.relayOwner.away.length, world.clientOwner.away.length]).toEqual([1, 1]);
    world.clock.advance(5_000);
    expect(problemsOf(talkers)).toEqual([]);
    expect(talkers[0]?.near.isDone).toBe(true);
  });

  test('while it is away nothing grows: writers are told to wait', () => {
    const { world, talkers, open } = talkingWorld({ redialMs: undefined });
    open(0, 50_000 * KiB);
    world.clock.advance(5);
    world.link[0].terminate();
    world.clock.advance(1);
    const { cost } = world.client;
    const queued = talkers[0]?.far.stream?.queue.cost ?? 0;
    world.clock.advance(30_000);
    expect(world.client.cost).toBe(cost);
    expect(talkers[0]?.far.stream?.queue.cost).toBe(queued);
    expect(cost).toBeLessThan(33 * KiB * KiB);
  });

  test('past the grace time every stream ends with a code, never cleanly', () => {
    const { world, talkers, open } = talkingWorld({ graceMs: 5_000, redialMs: undefined });
    open(0, 9_000 * KiB);
    world.clock.advance(5);
    world.link[0].terminate();
    world.clock.advance(4_900);
    expect([world.relay.state, world.client.state]).toEqual(['away', 'away']);
    world.clock.advance(200);
    expect([world.relay.state, world.client.state]).toEqual(['closed', 'closed']);
    expect(talkers[0]?.near.codes).toEqual(['SELLIA_LINK_LOST']);
    expect(talkers[0]?.near.ended).toBe(false);
    expect(talkers[0]?.far.codes).toEqual(['SELLIA_LINK_LOST']);
    expect(world.clock.pending).toBe(0);
    expect(world.budget.used).toBe(0);
  });

  test('a message that no link survives is not sent again for ever', () => {
    const { world, talkers, open } = talkingWorld();
    open(0, 9_000 * KiB);
    world.clock.advance(8);
    const { client } = world;
    world.link[0].terminate();
    breakOn(world, 10 * KiB);
    world.clock.advance(30_000);
    expect([client.state, world.relay.state]).toEqual(['closed', 'closed']);
    expect(world.clientOwner.closed).toMatchObject([
      { code: 'SELLIA_LINK_LOST', reason: 'what is sent again never arrives' },
    ]);
    expect(world.links.length).toBeLessThan(20);
    expect(talkers[0]?.near.codes).toEqual(['SELLIA_LINK_LOST']);
    expect(talkers[0]?.near.ended).toBe(false);
  });

  test('with no grace time it ends at once, as its streams do', () => {
    const { world, talkers, open } = talkingWorld({ graceMs: 0 });
    open(0, 9_000 * KiB);
    world.clock.advance(5);
    world.link[0].terminate();
    world.clock.advance(1);
    expect([world.relay.state, world.client.state]).toEqual(['closed', 'closed']);
    expect(talkers[0]?.near.codes).toEqual(['SELLIA_LINK_LOST']);
  });

  test('a relay that has forgotten it begins a fresh one on the same control socket', () => {
    const { world, talkers, open } = talkingWorld();
    open(0, 9_000 * KiB);
    world.clock.advance(5);
    world.isForgetful = true;
    world.link[0].terminate();
    world.clock.advance(500);
    expect(world.clientOwner.closed).toEqual([
      { code: 'SELLIA_LINK_LOST', reason: 'the relay does not know the session any more' },
    ]);
    expect(talkers[0]?.far.codes).toEqual(['SELLIA_LINK_LOST']);
    expect(world.freshOwners[0]?.ready).toHaveLength(1);
    expect([world.client.state, world.client.id]).toEqual(['open', 's2']);
    expect(world.links).toHaveLength(2);
  });

  test('... and hears nothing that concerns the old one only', () => {
    const { world } = talkingWorld();
    world.clientOwner.accept = () => new Recorder();
    world.relay.open(opening, request, true, new Recorder());
    // The client has frames that it has not acknowledged yet.
    world.clock.advance(3);
    world.isForgetful = true;
    world.link[0].terminate();
    world.clock.advance(500);
    expect([world.relays[1]?.state, world.client.state, world.client.id]).toEqual([
      'open',
      'open',
      's2',
    ]);
  });

  test('the newest control socket wins over one that seems alive', () => {
    const { world, talkers, open } = talkingWorld({ delayMs: 5 });
    open(200 * KiB, 2_000 * KiB);
    world.clock.advance(30);
    const old = world.link;
    world.client.reattach(world.dial());
    world.clock.advance(20_000);
    expect(world.relayOwner.closed).toEqual([]);
    expect(problemsOf(talkers)).toEqual([]);
    expect(talkers[0]?.near.isDone).toBe(true);
    let heard = 0;
    old[0].listen({ onMessage: () => heard++, onClose: () => heard++ });
    world.clock.advance(100);
    expect(heard).toBe(0);
  });

  test('K12 what an old control socket still brings is dropped', () => {
    const { world, talkers, open } = talkingWorld({ delayMs: 40 });
    world.clock.advance(200);
    open(3_000 * KiB, 3_000 * KiB);
    world.clock.advance(250);
    // The old link is slow, not gone: its frames arrive after the new one has been taken.
    const late: (() => void)[] = [];
    const [, far] = world.link;
    const { arrive } = far;
    far.arrive = (bytes) => late.push(() => arrive.call(far, bytes));
    world.clock.advance(100);
    world.client.reattach(world.dial());
    world.clock.advance(200);
    for (const deliver of late) deliver();
    world.clock.advance(20_000);
    expect(late.length).toBeGreaterThan(0);
    expect(problemsOf(talkers)).toEqual([]);
    expect(talkers[0]?.near.isDone).toBe(true);
  });

  test('a process that was stopped finds its session alive', () => {
    const { world } = talkingWorld();
    world.clock.oversleep(8_000);
    world.clock.advance(30_000);
    expect([world.relay.state, world.client.state]).toEqual(['open', 'open']);
    expect([world.relayOwner.away, world.clientOwner.away]).toEqual([[], []]);
  });
});

describe('a stranger who wants a session', () => {
  const claim = { session: 's1', attempt: 7, received: 0 };

  /** What the relay answers to a control socket that begins with this RESUME. */
  function attack(world: World, resume: Resume) {
    const transport = world.dial();
    const heard: Uint8Array[] = [];
    transport.listen({ onMessage: (bytes) => heard.push(bytes), onClose: () => {} });
    const payload = Uint8Array.from(encodeControl(resume), (char) => char.charCodeAt(0));
    const frame = { type: FrameType.Resume, streamId: 0, end: false, payload };
    transport.send(encodeFrame(frame), () => {});
    world.clock.advance(20);
    return heard.map((bytes) => bytes[4]);
  }

  test.each([
    ['without a proof', { ...claim, proof: '' }],
    ['with a proof under another secret', { ...claim, proof: resumeProof('x', 'client', claim) }],
    ['with frames that were never sent', { ...claim, received: 2 ** 40, proof: '' }],
  ])('%s is refused, and the owner goes on', (_name, resume) => {
    const { world, talkers, open } = talkingWorld();
    open(0, 300 * KiB);
    world.clock.advance(3);
    world.link[0].terminate();
    world.clock.advance(2);
    expect(attack(world, resume)).toEqual([FrameType.Goaway]);
    world.clock.advance(10_000);
    expect(world.clientOwner.backs).toBe(1);
    expect(talkers[0]?.near.isDone).toBe(true);
  });

  test('H34 an overheard RESUME is refused the second time', () => {
    const { world } = talkingWorld();
    const overheard: Resume[] = [];
    const { resume } = world;
    world.resume = (asked, take) => {
      overheard.push(asked);
      return resume.call(world, asked, take);
    };
    world.link[0].terminate();
    world.clock.advance(500);
    expect(overheard).toHaveLength(1);
    expect(attack(world, overheard[0] as Resume)).toEqual([FrameType.Goaway]);
    world.clock.advance(10_000);
    expect([world.relay.state, world.client.state]).toEqual(['open', 'open']);
    expect(world.clientOwner.away).toHaveLength(1);
  });

  test("the relay's answer is no claim, and a claim no answer", () => {
    const answer = resumeProof('secret', 'relay', claim);
    expect(answer).not.toBe(resumeProof('secret', 'client', claim));
  });

  test('a relay that cannot prove itself does not get the session', () => {
    const { world } = talkingWorld({ redialMs: undefined });
    world.link[0].terminate();
    world.clock.advance(5);
    const [near, far] = memoryPair(world.clock, 1);
    far.listen({ onMessage: () => {}, onClose: () => {} });
    world.client.reattach(near);
    const payload = Uint8Array.from(encodeControl({ ...claim, attempt: 1, proof: 'x' }), (char) =>
      char.charCodeAt(0),
    );
    far.send(encodeFrame({ type: FrameType.Resume, streamId: 0, end: false, payload }), () => {});
    world.clock.advance(10);
    expect(world.clientOwner.closed.map(({ code }) => code)).toEqual(['SELLIA_PROTOCOL']);
  });
});

describe('what is kept', () => {
  test('is bounded for the process: the one that is away and holds most is ended', () => {
    const { world, open } = talkingWorld({ keptLimit: 100 * KiB, redialMs: undefined });
    open(900 * KiB, 0);
    world.clock.advance(1);
    world.link[0].terminate();
    world.clock.advance(5);
    expect(world.relay.state).toBe('away');
    world.budget.add(100 * KiB);
    expect(world.relayOwner.closed.map(({ code }) => code)).toEqual(['SELLIA_KEPT_FULL']);
    expect(world.budget.used).toBe(100 * KiB);
  });

  test('while nobody is away, each session keeps to a little, and goes on', () => {
    const { world, talkers, open } = talkingWorld({ keptLimit: 10 * KiB, delayMs: 5 });
    open(900 * KiB, 0);
    world.clock.advance(60_000);
    expect(talkers[0]?.far.read).toBe(900 * KiB);
  });
});

describe('any schedule of faults', () => {
  const fault = fc.record({
    afterMs: fc.integer({ min: 1, max: 4_000 }),
    kind: fc.constantFrom(
      'cut near',
      'cut far',
      'black hole',
      'silent up',
      'silent down',
      'redial',
    ),
  });
  const exchange = fc.record({
    upload: fc.integer({ min: 0, max: 200_000 }),
    download: fc.integer({ min: 0, max: 400_000 }),
    afterMs: fc.integer({ min: 0, max: 2_000 }),
  });

  test('delivers every byte once, in order, and leaves nothing behind', () => {
    fc.assert(
      fc.property(
        fc.array(fault, { maxLength: 12 }),
        fc.array(exchange, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 60 }),
        (faults, exchanges, delayMs) => {
          const { world, talkers, open } = talkingWorld({ delayMs, redialMs: 50 });
          world.clock.advance(300);
          let opened = 0;
          for (const { upload, download, afterMs } of exchanges) {
            world.clock.after(afterMs, function tryAgain() {
              if (open(upload, download)) opened++;
              else world.clock.after(100, tryAgain);
            });
          }
          for (const { afterMs, kind } of faults) {
            world.clock.advance(afterMs);
            const [near, far] = world.link;
            if (kind === 'cut near') near.terminate();
            if (kind === 'cut far') far.terminate();
            if (kind === 'black hole' || kind === 'silent up') near.isLossy = true;
            if (kind === 'black hole' || kind === 'silent down') far.isLossy = true;
            if (kind === 'redial') world.client.reattach(world.dial());
          }
          world.clock.advance(120_000);
          expect(opened).toBe(exchanges.length);
          expect(problemsOf(talkers)).toEqual([]);
          expect(talkers.every(({ near, far }) => near.isDone && far.isDone)).toBe(true);
          expect([world.relay.streamCount, world.client.streamCount]).toEqual([0, 0]);
          expect(world.budget.used).toBe(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});

test('a session that is over takes no transport', () => {
  const world = new World();
  world.clock.advance(50);
  world.client.close('SELLIA_GOING_AWAY', '');
  const [near, far] = memoryPair(world.clock);
  const ended: string[] = [];
  far.listen({ onMessage: () => {}, onClose: (reason) => ended.push(reason) });
  world.client.reattach(near);
  world.clock.advance(10);
  expect(ended).toEqual(['the link was cut']);
  expect(world.client).toBeInstanceOf(Session);
});
