import { CreditPool, encodeFrame, FrameType, limits, ProtocolError } from '@sellia/protocol';
import { describe, expect, test } from 'vitest';
import { MuxPair } from './mux-pair.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const u32 = (value: number) => {
  const target = new Uint8Array(4);
  new DataView(target.buffer).setUint32(0, value);
  return target;
};
const frame = (
  type: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(),
  end = false,
) => encodeFrame({ type, streamId, payload, end });

function codeThrown(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('an exchange', () => {
  test('open, head, data and end arrive in order, and both tables end empty', () => {
    const pair = new MuxPair();
    const ear = pair.open('request', false);
    ear.stream?.write(bytes('ping'));
    ear.stream?.end();
    pair.settle();
    const [accepted] = pair.accepted;
    expect(accepted?.heard).toEqual(['open request', 'end']);
    expect(accepted?.received).toEqual([...bytes('ping')]);
    accepted?.stream?.info('103');
    accepted?.stream?.head('200', false);
    accepted?.stream?.write(bytes('pong'));
    accepted?.stream?.trailers('x\0y');
    pair.settle();
    expect(ear.heard).toEqual(['info 103', 'head 200', 'trailers x\0y', 'end']);
    expect(ear.received).toEqual([...bytes('pong')]);
    expect([pair.relay.size, pair.client.size]).toEqual([0, 0]);
  });

  test('head, small body and END leave in one pull, two frames', () => {
    const pair = new MuxPair();
    pair.open('request', true);
    pair.settle();
    const stream = pair.accepted[0]?.stream;
    stream?.head('200', false);
    stream?.write(bytes('he'));
    stream?.write(bytes('llo'));
    stream?.end();
    const before = pair.client.framesSent;
    pair.pull('client');
    expect(pair.client.framesSent - before).toBe(2);
    pair.settle();
    expect(pair.relay.size).toBe(0);
  });

  test('a reset comes after what was written before it', () => {
    const pair = new MuxPair();
    const ear = pair.open();
    pair.settle();
    const stream = pair.accepted[0]?.stream;
    stream?.head('200', false);
    stream?.write(bytes('abc'));
    stream?.reset('SELLIA_UPSTREAM_RESET', 'gone');
    pair.settle();
    expect(ear.received).toEqual([...bytes('abc')]);
    expect(ear.heard).toEqual(['head 200', 'reset SELLIA_UPSTREAM_RESET gone']);
  });

  test('an abort drops what is queued and lives until the peer has let go', () => {
    const pair = new MuxPair();
    const ear = pair.open();
    pair.settle();
    ear.stream?.write(new Uint8Array(60_000));
    ear.stream?.abort('SELLIA_CANCELLED');
    pair.pull('relay');
    expect(pair.relay.size).toBe(1);
    pair.settle();
    const [accepted] = pair.accepted;
    expect(accepted?.received).toHaveLength(0);
    expect(accepted?.heard.sort()).toEqual([
      'open open',
      'reset SELLIA_CANCELLED',
      'stop SELLIA_CANCELLED',
    ]);
    expect([pair.relay.size, pair.client.size]).toEqual([0, 0]);
  });

  test('a stream that is aborted before its OPEN left never existed for the peer', () => {
    const pair = new MuxPair();
    pair.open().stream?.abort('SELLIA_CANCELLED');
    const next = pair.open('second', true);
    pair.settle();
    expect(pair.accepted.map((ear) => ear.heard[0])).toEqual(['open second ended']);
    expect(next.stream?.id).toBe(3);
  });

  test('a stopped sender resets, and its owner hears of it', () => {
    const pair = new MuxPair();
    const ear = pair.open();
    pair.settle();
    pair.accepted[0]?.stream?.head('413', true);
    pair.accepted[0]?.stream?.stop('SELLIA_STOPPED');
    pair.settle();
    expect(ear.heard).toEqual(['stop SELLIA_STOPPED', 'head 413 ended']);
    expect([pair.relay.size, pair.client.size]).toEqual([0, 0]);
  });

  test('a handler that throws costs its own stream only', () => {
    const pair = new MuxPair();
    const broken = pair.open();
    pair.settle();
    broken.onHead = () => {
      throw new Error('handler bug');
    };
    const healthy = pair.open();
    pair.settle();
    for (const accepted of pair.accepted) accepted.stream?.head('200', true);
    for (const accepted of pair.accepted) accepted.stream?.stop('SELLIA_STOPPED');
    pair.settle();
    expect(pair.faults).toHaveLength(1);
    expect(healthy.heard).toContain('head 200 ended');
    expect([pair.relay.size, pair.client.size]).toEqual([0, 0]);
  });
});

describe('flow control', () => {
  test('a sender stops at the window and goes on when the reader has read', () => {
    const pair = new MuxPair({ readsAtOnce: false, window: 1000 });
    const ear = pair.open();
    ear.stream?.write(new Uint8Array(2500).fill(7));
    ear.stream?.end();
    pair.settle();
    const [accepted] = pair.accepted;
    expect(accepted?.received).toHaveLength(1000);
    accepted?.read(400);
    pair.settle();
    expect(accepted?.received).toHaveLength(1000);
    accepted?.read(200);
    pair.settle();
    expect(accepted?.received).toHaveLength(1600);
    while (accepted !== undefined && accepted.unread > 0) {
      accepted.read();
      pair.settle();
    }
    expect(accepted?.received).toHaveLength(2500);
    expect(accepted?.ended).toBe(true);
  });

  test('a stalled stream does not hold up its neighbour', () => {
    const pair = new MuxPair({ readsAtOnce: false, window: 1000 });
    pair.open().stream?.write(new Uint8Array(50_000));
    pair.settle();
    const second = pair.open();
    second.stream?.write(new Uint8Array(500));
    pair.settle();
    expect(pair.accepted[1]?.received).toHaveLength(500);
  });

  test('write says wait above the high-water mark, and onDrain says when to go on', () => {
    const pair = new MuxPair();
    const ear = pair.open();
    expect(ear.stream?.write(new Uint8Array(1000))).toBe(true);
    expect(ear.stream?.write(new Uint8Array(limits.SEND_HIGH_WATER))).toBe(false);
    expect(ear.drains).toBe(0);
    pair.settle();
    expect(ear.drains).toBe(1);
  });

  test('one byte beyond the credit is an error of the peer', () => {
    const pair = new MuxPair({ window: 10 });
    pair.client.receive(frame(FrameType.Open, 1, bytes('x')));
    pair.client.receive(frame(FrameType.Data, 1, new Uint8Array(10)));
    expect(
      codeThrown(() => pair.client.receive(frame(FrameType.Data, 1, new Uint8Array(11)))),
    ).toBe('SELLIA_FLOW_CONTROL');
  });

  test('a window that is read through within two round trips doubles, within its pools', () => {
    const processCredit = new CreditPool(3 * limits.INITIAL_WINDOW);
    const pair = new MuxPair({ processCredit, readsAtOnce: true });
    pair.client.roundTrip = 1000;
    const ear = pair.open();
    for (let i = 0; i < 40; i++) {
      ear.stream?.write(new Uint8Array(60_000));
      pair.now += 1;
      pair.settle();
    }
    expect(pair.accepted[0]?.received).toHaveLength(2_400_000);
    // Both sides took a window for the stream; only one more window was left to grow by.
    expect(processCredit.used).toBe(3 * limits.INITIAL_WINDOW);
    ear.stream?.abort('SELLIA_CANCELLED');
    pair.settle();
    expect(processCredit.used).toBe(0);
  });
});

describe('fairness', () => {
  test('a small request overtakes eight bulk streams', () => {
    const pair = new MuxPair();
    for (let i = 0; i < 8; i++) pair.open().stream?.write(new Uint8Array(60_000));
    pair.pull('relay');
    const before = pair.relay.framesSent;
    pair.open('small', true);
    pair.pull('relay', 24 * 1024);
    pair.settle();
    const opened = pair.accepted.findIndex((ear) => ear.heard[0] === 'open small ended');
    expect(opened).toBe(8);
    expect(pair.relay.framesSent).toBeGreaterThan(before);
  });

  test('bulk streams share evenly by bytes', () => {
    const pair = new MuxPair({ window: 1 << 20 });
    for (let i = 0; i < 4; i++) pair.open().stream?.write(new Uint8Array(500_000));
    for (let i = 0; i < 12; i++) pair.pull('relay');
    pair.deliver('client');
    const shares = pair.accepted.map((ear) => ear.received.length);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2 * limits.DATA_MAX);
  });

  test('bulk is not starved by streams that keep waking', () => {
    const pair = new MuxPair({ window: 1 << 20 });
    pair.open().stream?.write(new Uint8Array(1_000_000));
    for (let i = 0; i < 200; i++) {
      pair.open('request', true);
      pair.open().stream?.write(new Uint8Array(10_000));
      pair.pull('relay');
    }
    pair.deliver('client');
    expect(pair.accepted[0]?.received.length).toBeGreaterThan(300_000);
  });
});

describe('a peer that breaks the protocol', () => {
  const open1 = frame(FrameType.Open, 1, bytes('x'));
  const cases: [string, 'relay' | 'client', Uint8Array[], string][] = [
    ['OPEN from a client', 'relay', [open1], 'SELLIA_PROTOCOL'],
    ['OPEN with an even id', 'client', [frame(FrameType.Open, 2)], 'SELLIA_PROTOCOL'],
    ['OPEN with a repeated id', 'client', [open1, open1], 'SELLIA_PROTOCOL'],
    [
      'OPEN with a lower id',
      'client',
      [frame(FrameType.Open, 5), frame(FrameType.Open, 3)],
      'SELLIA_PROTOCOL',
    ],
    ['OPEN with id 0', 'client', [frame(FrameType.Open, 0)], 'SELLIA_PROTOCOL'],
    ['id of 32 bits', 'client', [frame(FrameType.Open, 0xffffffff)], 'SELLIA_PROTOCOL'],
    ['DATA for a stream that never was', 'client', [frame(FrameType.Data, 7)], 'SELLIA_PROTOCOL'],
    ['HEAD from the opener', 'client', [open1, frame(FrameType.Head, 1)], 'SELLIA_PROTOCOL'],
    ['WINDOW of 0', 'client', [open1, frame(FrameType.Window, 1, u32(0))], 'SELLIA_FLOW_CONTROL'],
    [
      'WINDOW over 2^31-1',
      'client',
      [open1, frame(FrameType.Window, 1, u32(limits.CREDIT_MAX))],
      'SELLIA_FLOW_CONTROL',
    ],
    [
      'WINDOW of 3 bytes',
      'client',
      [open1, frame(FrameType.Window, 1, bytes('abc'))],
      'SELLIA_PROTOCOL',
    ],
    ['RESET without a number', 'client', [open1, frame(FrameType.Reset, 1)], 'SELLIA_PROTOCOL'],
    [
      'DATA after END',
      'client',
      [open1, frame(FrameType.Data, 1, bytes('x'), true), frame(FrameType.Data, 1, bytes('y'))],
      'SELLIA_PROTOCOL',
    ],
    ['unknown required type', 'client', [frame(0x2f, 0)], 'SELLIA_PROTOCOL'],
    [
      'CONTROL that is not JSON',
      'client',
      [frame(FrameType.Control, 0, bytes('{'))],
      'SELLIA_PROTOCOL',
    ],
    ['TRAILERS without END', 'client', [open1, frame(FrameType.Trailers, 1)], 'SELLIA_PROTOCOL'],
  ];
  test.each(cases)('%s', (_name, role, frames, code) => {
    const pair = new MuxPair();
    expect(
      codeThrown(() => {
        for (const bytesOf of frames) pair[role].receive(bytesOf);
      }),
    ).toBe(code);
  });

  test('DATA before HEAD, HEAD twice, INFO after HEAD', () => {
    for (const frames of [
      [frame(FrameType.Data, 1, bytes('x'))],
      [frame(FrameType.Head, 1, bytes('200')), frame(FrameType.Head, 1, bytes('200'))],
      [frame(FrameType.Head, 1, bytes('200')), frame(FrameType.Info, 1, bytes('103'))],
    ]) {
      const pair = new MuxPair();
      pair.open();
      pair.settle();
      expect(
        codeThrown(() => {
          for (const one of frames) pair.relay.receive(one);
        }),
      ).toBe('SELLIA_PROTOCOL');
    }
  });

  test('a flood of frames that carry nothing', () => {
    for (const flood of [
      frame(FrameType.Data, 1),
      frame(FrameType.Window, 1, u32(1)),
      frame(FrameType.Control, 0, bytes('{"type":"?"}')),
      frame(0x80 | 0x2f, 0),
    ]) {
      const pair = new MuxPair();
      pair.client.receive(open1);
      expect(
        codeThrown(() => {
          for (let i = 0; i < 2 * limits.GLITCH_BURST; i++) pair.client.receive(flood);
        }),
      ).toBe('SELLIA_TOO_MANY_FRAMES');
    }
  });

  test('streams beyond the limit', () => {
    const pair = new MuxPair({ maxStreams: 2 });
    expect(
      codeThrown(() => {
        for (let id = 1; id <= 5; id += 2)
          pair.client.receive(frame(FrameType.Open, id, bytes('x')));
      }),
    ).toBe('SELLIA_TOO_MANY_STREAMS');
  });

  test('unknown optional frames are skipped and counted', () => {
    const pair = new MuxPair();
    pair.client.receive(frame(0x80 | 0x0f, 0, bytes('new')));
    pair.client.receive(frame(0x80 | 0x0f, 1, bytes('new')).fill(0, 0, 4));
    expect(pair.client.framesReceived).toBe(2);
  });

  test('late frames for a finished stream are ignored', () => {
    const pair = new MuxPair();
    pair.open('x', true);
    pair.settle();
    pair.accepted[0]?.stream?.head('200', true);
    pair.settle();
    pair.relay.receive(frame(FrameType.Data, 1, bytes('late')));
    pair.relay.receive(frame(FrameType.Window, 1, u32(5)));
    expect(pair.relay.size).toBe(0);
  });
});

describe('limits', () => {
  test('honest bulk pays for the WINDOWs that it brings', () => {
    const pair = new MuxPair({ window: 40_000 });
    const ear = pair.open();
    const chunk = new Uint8Array(40_000);
    for (let i = 0; i < 3 * limits.GLITCH_BURST; i++) {
      ear.stream?.write(chunk);
      pair.relay.next(new Uint8Array(limits.MESSAGE_MAX), 0);
      pair.relay.receive(frame(FrameType.Window, 1, u32(40_000)));
    }
    expect(ear.resetCode).toBeUndefined();
    expect(pair.relay.size).toBe(1);
  });

  test('the opener keeps to the peer’s limit of streams and to the credit of the process', () => {
    const pair = new MuxPair({ maxStreams: 1 });
    expect(pair.open().stream).toBeDefined();
    expect(pair.open().stream).toBeUndefined();
    const poor = new MuxPair({ processCredit: new CreditPool(limits.INITIAL_WINDOW) });
    expect(poor.open().stream).toBeDefined();
    expect(poor.open().stream).toBeUndefined();
  });

  test('ids end at 31 bits', () => {
    const pair = new MuxPair({ firstStreamId: limits.STREAM_ID_MAX - 2 });
    expect(pair.open().stream?.id).toBe(limits.STREAM_ID_MAX - 2);
    expect(pair.open().stream?.id).toBe(limits.STREAM_ID_MAX);
    expect(pair.relay.isExhausted).toBe(true);
    expect(pair.open().stream).toBeUndefined();
    pair.settle();
    expect(pair.accepted).toHaveLength(2);
  });

  test('a lost link fails every stream, and later calls do nothing', () => {
    const pair = new MuxPair();
    const ear = pair.open();
    pair.settle();
    pair.relay.fail('SELLIA_LINK_LOST', 'cut');
    expect(ear.heard).toEqual(['stop SELLIA_LINK_LOST', 'reset SELLIA_LINK_LOST cut']);
    ear.stream?.write(bytes('x'));
    ear.stream?.end();
    ear.stream?.abort('SELLIA_CANCELLED');
    ear.stream?.consume(4);
    expect(pair.relay.size).toBe(0);
    expect(pair.pull('relay')).toBe(0);
  });
});
